// Keeps one draft: every change is on this machine at once and on the server a moment later. Says how it stands; loses nothing.
//
// new Keeper({ id, create, save, owner, item, onState, onMerged })
//   create(content) → {revision, …}   save(revision, content) → {revision, …}   (both reject with Problem or Offline)
// States: idle, saving, saved, offline, signed-out, closed.

import { Offline, Problem } from "./net.js";
import { keep, forget } from "./store.js";
import { copy, merge, same } from "./merge.js";

const WAIT = 350, RETRY = [1000, 2000, 4000, 8000];

export class Keeper {
  constructor(options) {
    Object.assign(this, { revision: 0, tries: 0, state: "idle", onState() {}, onMerged() {}, onStarted() {} }, options);
    this.base = copy(options.base ?? { situation: {}, answers: {}, applicant: {} });
    this.content = copy(options.content ?? this.base);
    this.timer = null;
    this.running = null;
    this.back = () => { this.tries = 0; this.schedule(0); };
    addEventListener("online", this.back);
  }

  get dirty() { return !same(this.base, this.content) || (!this.revision && !this.untouched); }

  touch(content) {
    this.content = copy(content);
    if (!this.dirty || this.state === "closed") return;
    this.remember();
    if (this.state !== "offline" && this.state !== "signed-out") this.tell("saving");
    this.schedule(this.state === "offline" ? undefined : WAIT);
  }

  remember() {
    const { id, owner, item, revision, base, content } = this;
    this.local = keep({ id, owner, item, revision, base, content, at: Date.now() }).catch(() => { this.localFailed = true; });
    return this.local;
  }

  schedule(delay) {
    if (delay === undefined && this.timer) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = null; this.flush().catch(() => {}); }, delay ?? RETRY[Math.min(this.tries, 3)]);
  }

  // Resolves when all is on the server; rejects with what stands against it.
  async flush() {
    clearTimeout(this.timer);
    this.timer = null;
    while (this.running) await this.running.catch(() => {});
    if (!this.dirty || this.state === "closed") return;
    this.running = this.push();
    try { await this.running; } finally { this.running = null; }
    if (this.dirty) return this.flush();
  }

  async push() {
    const sent = copy(this.content);
    try {
      const first = !this.revision;
      const answer = first ? await this.create(sent) : await this.save(this.revision, sent);
      this.revision = answer.revision;
      this.tries = 0;
      this.base = first && answer.answers ? copy({ situation: answer.situation, answers: answer.answers, applicant: answer.applicant }) : sent;
      if (first) this.onStarted(answer);
      await this.settle(answer.updated_at);
    } catch (error) {
      await this.cope(error);
    }
  }

  async cope(error) {
    if (error instanceof Problem && error.code === "draft_outdated") return this.join(error.current);
    if (error instanceof Problem && error.status === 401) { this.tell("signed-out"); this.later(); throw error; }
    if (error instanceof Offline || (error instanceof Problem && (error.status >= 500 || error.status === 429))) {
      this.tell("offline"); this.later(); throw error;
    }
    this.tell("closed", error.message);
    throw error;
  }

  later() { this.tries += 1; this.schedule(); }

  async join(theirs) {
    const { merged, conflicts } = merge(this.base, this.content, theirs);
    this.base = copy({ situation: theirs.situation, answers: theirs.answers, applicant: theirs.applicant });
    this.content = merged;
    this.revision = theirs.revision;
    this.onMerged(copy(merged), conflicts);
    await this.settle(theirs.updated_at);
  }

  // What is on the server needs no copy here. Whatever is typed while that is tidied up stays unsaved, and is said so.
  async settle(at) {
    await this.remember();
    if (this.dirty) return;
    await forget(this.id).catch(() => {});
    if (!this.dirty) this.tell("saved", at);
  }

  tell(state, at) {
    this.state = state;
    this.onState(state, at);
  }

  stop() {
    clearTimeout(this.timer);
    removeEventListener("online", this.back);
    this.state = "closed";
  }
}

const clock = (at) => new Date(at ?? Date.now()).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });

export function words(state, at) {
  return {
    idle: "", saving: "正在保存…", saved: `已保存 ${clock(at)}`, offline: "网络中断，已存本机，恢复后自动补传",
    "signed-out": "登录已失效，已存本机，已填内容不会丢失", closed: typeof at === "string" ? at : "",
  }[state];
}
