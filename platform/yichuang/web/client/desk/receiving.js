// 收件: what was filled in becomes a case, once, also through a cut network; then on to the case.

import { $, $$, ask, el, show, toast } from "../ui/dom.js";
import { Offline, post } from "../ui/net.js";
import { clear, tell } from "./banner.js";

const AGAIN = 3000;

export class Receiving {
  constructor(work) { Object.assign(this, { work, sending: false }); }

  async begin() {
    const sure = await ask("收件？", el("p", {}, "收件后申请内容封存，取得受理编号，接着核对材料。"), [[false, "再看看"], [true, "收件", "primary"]]);
    if (sure) await this.send();
  }

  async send() {
    const { keeper } = this.work;
    if (this.sending || !keeper) return;
    this.sending = true;
    try {
      await keeper.flush();
      await post(`/desk/api/drafts/${keeper.id}/submit`, { revision: keeper.revision, key: keeper.id });
      this.arrive(keeper.id);
    } catch (error) { this.cope(error, keeper.id); } finally { this.sending = false; }
  }

  cope(error, id) {
    const { view, entrusted } = this.work;
    if (error.code === "conflict" && error.body.number) return this.arrive(id);
    if (error.code === "entrustment_refused") { entrusted.show({ allowed: false, refused: error.message, way_out: error.body.way_out ?? "" }); return toast(error.message, 6); }
    if (error.code === "answers_invalid") { view?.refuse(error.problems); return view?.nextError(true); }
    if (!(error instanceof Offline) && !(error.status >= 500)) return toast(error.message, 8);
    tell("submit", "warn", "网络中断，还没有收到收件结果；恢复后自动再次提交，不会重复收件。", [["立即再试", () => this.send()]]);
    setTimeout(() => { if ($('#banner [data-subject="submit"]')) this.send(); }, AGAIN);
  }

  arrive(id) {
    clear("submit");
    this.work.keeper?.stop();
    Object.assign(this.work, { keeper: null, closed: true });
    location.assign(`/desk/cases/${id}#received`);
  }

  // A draft that was taken in before: its number, and the way to the case.
  receipt(draft) {
    const { work } = this, box = $("#receipt");
    Object.assign(work, { closed: true, done: draft.id });
    show($(".actions"), false);
    work.state("closed", "已收件，内容已封存");
    box.replaceChildren(el("h2", {}, "已收件"), el("p", { class: "receipt-number" }, draft.number), el("p", { class: "muted" }, "受理编号，可告知申请人。"),
      el("a", { class: "button primary", href: `/desk/cases/${draft.id}` }, "进入办件 ", el("kbd", {}, "Enter")), " ",
      el("button", { type: "button", class: "button", onclick: () => work.paper() }, "打印申请表"), " ",
      el("button", { type: "button", class: "button", onclick: () => work.next() }, "办理下一件 ", el("kbd", {}, "Alt+S")));
    show(box, true);
    $$("#form .form-section").forEach((section) => section.querySelectorAll("input, select, textarea, button").forEach((node) => { node.disabled = true; }));
    $("#work").prepend($(".work-head"), $("#banner"), box);
    $(".primary", box).focus();
  }
}
