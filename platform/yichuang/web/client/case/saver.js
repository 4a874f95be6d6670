// Changes of materials, sent one after the other. What the server has not confirmed stays in this tab, also through a reload.

import { $, text, toast } from "../ui/dom.js";
import { call, Offline } from "../ui/net.js";
import { words } from "../ui/keeper.js";
import { clear, tell } from "./notices.js";

const RETRY = [1000, 2000, 4000, 8000];

export class Saver {
  constructor(page) {
    Object.assign(this, { page, running: false, tries: 0, waiters: [], shelf: `yichuang-case-${page.wire.id}` });
    this.waiting = this.kept();
    addEventListener("online", () => { this.tries = 0; this.run(); });
    addEventListener("beforeunload", (event) => { if (this.waiting.size && !this.shelved) event.preventDefault(); });
    if (this.waiting.size) this.run();
  }

  kept() { try { return new Map(JSON.parse(sessionStorage.getItem(this.shelf) ?? "[]")); } catch { return new Map(); } }

  put(code, change) {
    this.waiting.set(code, { ...this.waiting.get(code), ...change });
    this.keep();
    this.run();
  }

  keep() { try { if (this.waiting.size) sessionStorage.setItem(this.shelf, JSON.stringify([...this.waiting])); else sessionStorage.removeItem(this.shelf); this.shelved = true; } catch { this.shelved = false; } }

  async run() {
    if (this.running) return;
    this.running = true;
    clearTimeout(this.timer);
    try { while (this.waiting.size) await this.next(); this.say("saved"); } catch (error) { this.cope(error); } finally { this.running = false; this.waiters.splice(0).forEach((resolve) => resolve()); }
  }

  // Resolves when all that was checked is on the server, or what stands against it is said.
  idle() { return this.running ? new Promise((resolve) => { this.waiters.push(resolve); }) : Promise.resolve(); }

  async next() {
    const [code, change] = this.waiting.entries().next().value;
    this.say("saving");
    this.waiting.delete(code);
    try {
      const answer = await call("PUT", `${this.page.url}/materials/${code}`, change);
      this.tries = 0;
      this.keep();
      this.lay(answer);
      clear("material");
    } catch (error) {
      const later = error instanceof Offline || error.status >= 500 || error.status === 401 || error.status === 429;
      if (later) this.waiting = new Map([[code, { ...change, ...this.waiting.get(code) }], ...[...this.waiting].filter(([other]) => other !== code)]);
      this.keep();
      if (later) throw error;
      this.refused(error);
    }
  }

  // What was changed meanwhile on this page stands above what the server says of before.
  lay(answer) {
    for (const [code, change] of this.waiting) { const { points, ...rest } = change; Object.assign(answer.case.materials.find((one) => one.code === code) ?? {}, rest); }
    if (!this.waiting.size) this.page.lay(answer); else this.page.take({ ...answer.case });
  }

  refused(error) {
    const faults = [error.message, ...(error.problems ?? []).map((problem) => problem.message)];
    tell("material", "bad", `材料没有保存：${[...new Set(faults)].join("；")}`, [["知道了", () => clear("material")]]);
    this.page.refresh().catch(() => {});
  }

  cope(error) {
    this.say(error.status === 401 ? "signed-out" : "offline");
    if (error.status === 401) toast("登录已失效，请重新登录；核对结果保留在本机", 6);
    this.timer = setTimeout(() => this.run(), RETRY[Math.min(this.tries, 3)]);
    this.tries += 1;
  }

  say(state) {
    const box = $("#save-state");
    if (!box || (state === "saved" && !box.dataset.state)) return;
    box.dataset.state = state;
    text(box, words(state));
  }
}
