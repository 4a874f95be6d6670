// A definition while it is edited: changed in place, undone by its earlier texts, kept on the server and, until that is done, on this machine.

import { Offline, Problem, call, get } from "../ui/net.js";

const WAIT = 600, TOGETHER = 1200, DEPTH = 200;

export class Draft {
  // on: {state(word, detail), changed(), replaced(), saved(), conflict(theirs)}
  constructor(address, loaded, on) {
    Object.assign(this, { address, on, body: loaded.body, revision: loaded.revision, past: [], future: [], busy: false, dirty: false });
    this.kept = JSON.stringify(loaded.body);
    this.key = `yichuang-edit:${address}`;
    addEventListener("beforeunload", (event) => { if (this.dirty) { this.flush(); event.preventDefault(); } });
    addEventListener("online", () => this.flush());
  }

  // What this machine still has from a session that ended before it could save; null when there is nothing.
  left() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "null");
      return found && found.body !== this.kept ? found : null;
    } catch { return null; }
  }

  take(left) { this.change(() => { this.body = JSON.parse(left.body); }); this.on.replaced(); }
  drop() { localStorage.removeItem(this.key); }

  // `mutate` changes `this.body`; changes with the same `key` shortly after each other are undone together.
  change(mutate, key = "") {
    const now = Date.now(), before = JSON.stringify(this.body);
    mutate(this.body);
    if (JSON.stringify(this.body) === before) return;
    if (!(key && key === this.lastKey && now - this.lastAt < TOGETHER)) this.past.push(before);
    if (this.past.length > DEPTH) this.past.shift();
    Object.assign(this, { future: [], lastKey: key, lastAt: now });
    this.touched();
  }

  undo() { this.swap(this.past, this.future); }
  redo() { this.swap(this.future, this.past); }

  swap(from, to) {
    if (!from.length) return;
    to.push(JSON.stringify(this.body));
    this.body = JSON.parse(from.pop());
    this.lastKey = "";
    this.on.replaced();
    this.touched();
  }

  touched() {
    this.dirty = true;
    try { localStorage.setItem(this.key, JSON.stringify({ body: JSON.stringify(this.body), revision: this.revision, at: Date.now() })); } catch { /* full: the server has it in a moment */ }
    this.on.state("unsaved");
    this.on.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WAIT);
  }

  async flush() {
    clearTimeout(this.timer);
    if (!this.dirty || this.busy || this.conflicted) return;
    this.busy = true;
    const sent = JSON.stringify(this.body);
    this.on.state("saving");
    try {
      const { revision } = await call("PUT", this.address, { body: this.body, revision: this.revision });
      Object.assign(this, { revision, kept: sent, dirty: JSON.stringify(this.body) !== sent });
      if (!this.dirty) { this.drop(); this.on.state("saved"); }
      this.on.saved();
    } catch (error) {
      await this.failed(error);
    } finally { this.busy = false; }
    if (this.dirty && !this.conflicted && !this.waiting) this.timer = setTimeout(() => this.flush(), WAIT);
  }

  async failed(error) {
    this.waiting = true;
    if (error instanceof Problem && error.code === "change_set_outdated") return this.outdated(error);
    if (error instanceof Problem && error.status === 401) this.on.state("signed-out");
    else this.on.state(error instanceof Offline ? "offline" : "failed", error.message);
    this.timer = setTimeout(() => { this.waiting = false; this.flush(); }, 4000);
  }

  // Somebody saved into this change set. Another definition is no conflict; the same one is, and is asked about.
  async outdated(error) {
    this.waiting = false;
    let there;
    try { there = await get(this.address); } catch { return this.on.state("failed", error.message); }
    if (there.state !== "open") { this.conflicted = true; return this.on.state("closed"); }
    this.revision = there.revision;
    if (sameText(there.body, this.kept)) return;
    this.conflicted = true;
    this.on.state("conflict");
    this.on.conflict(there.body);
  }

  // The conflict's way out: mine as it stands, or theirs (mine can still be got back with undo).
  resolve(theirs) {
    this.conflicted = false;
    this.kept = "";
    if (theirs) { this.change(() => { this.body = theirs; }); this.on.replaced(); }
    this.dirty = true;
    this.flush();
  }
}

const sorted = (value) => (Array.isArray(value) ? value.map(sorted) : value && typeof value === "object" ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
const sameText = (body, text) => JSON.stringify(sorted(body)) === JSON.stringify(sorted(JSON.parse(text || "null")));
