// One action on the case, from the key press to the confirmed answer. It has one key of its own: pressed twice, sent again after a cut
// network or a killed server, it is done once.

import { $, el, modal, refocus, toast, uuid } from "../ui/dom.js";
import { Offline, post, Problem } from "../ui/net.js";
import { Inputs } from "./inputs.js";
import { outcome } from "./outcome.js";

const AGAIN = [1000, 2000, 4000, 8000];
const hour = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

export class Deed {
  constructor(page, offer) {
    Object.assign(this, { page, offer, key: uuid(), tries: 0, sending: false, fields: new Inputs(offer, page), dialog: null, inputs: {} });
  }

  get plain() { return !this.fields.inputs.length && !this.offer.confirm; }

  begin() { if (this.plain) this.send(); else this.open(); }

  open() {
    if (this.dialog) return;
    this.alert = el("div", { class: "alert bad", role: "alert", hidden: true });
    this.go = el("button", { type: "submit", form: "deed-form", class: `button ${this.offer.tone === "danger" ? "danger" : "primary"}`, autofocus: !this.fields.inputs.length }, this.offer.title, " ", el("kbd", {}, "Ctrl+Enter"));
    const form = el("form", { id: "deed-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      this.offer.confirm ? el("p", {}, this.offer.confirm) : null, this.fields.nodes, this.alert);
    form.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); event.stopPropagation(); this.submit(); } });
    const kind = this.fields.editors.size ? "deed-dialog wide" : "deed-dialog";
    this.dialog = modal(this.offer.title, { kind, body: form, foot: [el("button", { type: "button", class: "button", onclick: () => this.dialog.close() }, "取消 ", el("kbd", {}, "Esc")), this.go] });
    this.dialog.addEventListener("close", () => this.end());
    this.dialog.addEventListener("cancel", (event) => { if (this.sending) event.preventDefault(); });
    if (this.fields.inputs.length) $("input, textarea, select", form)?.focus();
  }

  submit() {
    const values = this.fields.values(this.dialog), faults = this.fields.missing(values);
    this.fields.mark(this.dialog, faults);
    if (!faults.length) { this.inputs = values; this.send(); }
  }

  async send() {
    if (this.sending) return;
    this.busy(true);
    clearTimeout(this.timer);
    try {
      const before = new Set(this.page.wire.documents.map((one) => one.id));
      const answer = await post(`${this.page.url}/act`, { action: this.offer.action, inputs: this.inputs, revision: this.page.wire.revision, key: this.key });
      this.busy(false);
      this.done(answer, before);
    } catch (error) {
      this.busy(false);
      this.cope(error);
    }
  }

  done(answer, before) {
    if (this.dialog) { this.dialog.keepsFocus = true; this.dialog.close(); }
    this.end();
    this.page.lay(answer);
    outcome(this.page, this.offer, answer.case.documents.filter((one) => !before.has(one.id)));
  }

  busy(now) {
    this.sending = now;
    document.body.classList.toggle("sending", now);
    if (this.go) this.go.setAttribute("aria-disabled", String(now));
  }

  end() {
    clearTimeout(this.timer);
    removeEventListener("online", this.online);
    this.ended?.();
  }

  // ------------------------------------------------------------- what may stand against it
  cope(error) {
    if (!(error instanceof Offline || error instanceof Problem)) throw error;
    if (error instanceof Offline || error.status >= 500 || error.status === 429) return this.later();
    if (error.status === 401) return this.say("登录已失效；所填内容保留。", [["重新登录", () => open("/login/?next=/desk/signed-in", "_blank")], ["再次提交", () => this.send()]]);
    if (error.code === "case_outdated") return this.outdated(error.current ?? {});
    if (error.code === "case_held") return this.held(error);
    if (error.problems.length && this.dialog) { this.fields.mark(this.dialog, error.problems); }
    const reasons = (error.body.reasons ?? []).map((reason) => `${reason.message}${reason.remedy ? `（${reason.remedy}）` : ""}`);
    const faults = error.problems.map((problem) => problem.message);
    this.say([...new Set([error.message, ...reasons, ...faults, error.body.way_out])].filter(Boolean).join("；"), []);
    if (error.code !== "input_refused") this.page.refresh().catch(() => {});
  }

  later() {
    this.say("网络中断，还没有收到办理结果。所填内容保留，恢复后自动再次提交，不会重复办理。", [["立即再试", () => this.send()]]);
    this.online ??= () => this.send();
    addEventListener("online", this.online, { once: true });
    this.timer = setTimeout(() => this.send(), AGAIN[Math.min(this.tries, 3)]);
    this.tries += 1;
  }

  async outdated(current) {
    const now = current.state_title ? `现在是“${current.state_title}”` : "状态已改变";
    const who = current.by ? `，由${current.by}${current.at ? `于 ${hour(current.at)}` : ""}办理` : "";
    try { await this.page.refresh(); } catch { return this.later(); }
    const still = this.page.offer(this.offer.action);
    if (still?.allowed) return this.say(`办件刚被更新：${now}${who}。请核对页面后决定是否继续，所填内容保留。`, [["仍要继续", () => this.send()]]);
    this.say(`办件刚被更新：${now}${who}。“${this.offer.title}”已不能进行${this.fields.inputs.length ? "，所填内容可复制后关闭" : ""}。`, []);
    if (this.go) this.go.hidden = true;
  }

  held(error) {
    const { holder, until } = error.body;
    const ways = this.page.wire.may_hand_over ? [["接手并继续", () => this.takeOver()]] : [["再试一次", () => this.send()]];
    this.say(`${holder ?? "其他人"}正在办理${until ? `，${hour(until)} 前其他人不能操作` : ""}。所填内容保留。`, ways);
  }

  async takeOver() {
    const { handOver } = await import("./holding.js");
    if (await handOver(this.page)) this.send();
  }

  say(words, ways) {
    if (!this.dialog) this.open();
    this.alert.replaceChildren(el("span", { class: "grow" }, words), ...ways.map(([label, act]) => el("button", { type: "button", class: "button small", onclick: act }, label)));
    this.alert.hidden = false;
    this.alert.scrollIntoView({ block: "nearest" });
    if (ways.length) $("button", this.alert).focus();
  }
}

// Starts an action unless one is under way: a second press, a repeated Enter or a double click is the same deed.
let current = null;
export function act(page, action) {
  const offer = page.offer(action);
  if (!offer) return;
  if (!offer.allowed) return toast(offer.reasons.map((reason) => `${reason.message}${reason.remedy ? `，${reason.remedy}` : ""}`).join("；") || "现在不能进行这一步", 8);
  if (current) return current.offer.action === action && current.dialog ? refocus(current.go) : undefined;
  current = new Deed(page, offer);
  current.ended = () => { current = null; };
  current.begin();
}

export const primary = (page) => page.offer(page.wire.primary);
