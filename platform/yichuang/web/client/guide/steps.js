// One question after the other, then what to bring and the notice to take along.

import { $, el, show, text } from "../ui/dom.js";
import { post } from "../ui/net.js";
import { print } from "../ui/print.js";
import { Situation } from "../ui/situation.js";
import { checklist } from "../ui/checklist.js";
import { Decider } from "../ui/engine.js";

export class Steps {
  constructor(root, wire, kiosk) {
    const { item, release, today, open } = root.dataset;
    Object.assign(this, { item, release: +release, kiosk, open: open === "1", at: 0, answers: {}, content: { situation: {}, answers: {}, applicant: {} } });
    this.decider = new Decider(wire, { today });
    this.situation = new Situation($("#question"), (answers) => this.answer(answers), { digits: false });
    $("#next").addEventListener("click", () => this.go(1));
    $("#back").addEventListener("click", () => this.go(-1));
    $("#again").addEventListener("click", () => { this.answers = {}; this.at = 0; this.show(); });
    $("#issue").addEventListener("click", () => this.issue());
    this.show();
  }

  decide() {
    this.content = { ...this.content, ...this.decider.taken(this.answers, this.content) };
    return this.decider.decide(this.content);
  }

  answer(answers) {
    this.answers = answers;
    const { questions } = this.decide();
    const question = questions[this.at];
    const stopped = question?.options.some((o) => o.stop && [answers[question.code] ?? []].flat().includes(o.code));
    if (question?.kind === "single" && !stopped) setTimeout(() => this.go(1), 180);
    else this.show();
  }

  go(step) {
    const { questions } = this.decide();
    const question = questions[this.at];
    if (step > 0 && question && this.answers[question.code] === undefined) return;
    this.at = Math.max(0, Math.min(this.at + step, questions.length));
    this.show(true);
  }

  show(moved = false) {
    const decision = this.decide(), { questions } = decision;
    const done = this.at >= questions.length;
    show($("#ask"), !done);
    show($("#result"), done);
    if (done) return this.finish(decision, moved);
    const question = questions[this.at], given = [this.answers[question.code] ?? []].flat();
    this.situation.show([question], this.answers);
    const stopped = question.options.some((o) => o.stop && given.includes(o.code));
    text($("#progress"), `第 ${this.at + 1} 问，共 ${questions.length} 问`);
    $("#back").disabled = this.at === 0;
    $("#next").disabled = stopped || !given.length;
    text($("#next"), this.at === questions.length - 1 ? "看材料清单" : "下一问");
    $("#answered").replaceChildren(...questions.slice(0, this.at).map((q, index) => el("button", { type: "button", "aria-label": `修改：${q.title}`, onclick: () => { this.at = index; this.show(true); } }, this.words(q))));
    if (moved) $("#question input")?.focus();
  }

  words(question) {
    const given = [this.answers[question.code] ?? []].flat();
    return question.options.filter((o) => given.includes(o.code)).map((o) => o.title).join("、") || "无";
  }

  finish(decision, moved) {
    checklist($("#checklist"), decision.checklist);
    $("#tips").replaceChildren(...(decision.tips ?? []).map((tip) => el("p", { class: `alert ${{ warning: "warn", alert: "bad" }[tip.tone] ?? ""}` }, tip.text)));
    show($("#again"), decision.questions.length > 0);
    this.reset();
    $("#issue").disabled = !this.open;
    if (moved) $("#result-head").focus();
  }

  reset() {
    const key = JSON.stringify(this.answers);
    if (this.issued === key) return;
    this.issued = null;
    $("#notice").replaceChildren(this.button ?? $("#issue"), el("p", { class: "muted small" }, "手机扫码、下载或打印，不需要登录。"));
  }

  async issue() {
    const button = (this.button = $("#issue"));
    button.disabled = true;
    try {
      const issued = await post(`/api/v1/items/${this.item}/notices`, { situation: this.content.situation, applicant: this.content.applicant, channel: this.kiosk ? "kiosk" : "guide" });
      this.issued = JSON.stringify(this.answers);
      $("#notice").replaceChildren(
        el("img", { src: issued.qr_url, alt: `告知单二维码，地址 ${issued.url}`, width: 240, height: 240 }), el("p", { class: "small" }, "手机扫码带走"),
        this.kiosk ? null : el("a", { class: "button", href: issued.url }, "打开告知单"),
        el("button", { type: "button", class: "button", onclick: () => print(`${issued.pdf_url}?print=1`) }, "打印"),
        ...(this.kiosk ? [] : [el("a", { class: "button", href: issued.pdf_url, download: "" }, "下载 PDF")]));
    } catch (error) {
      button.disabled = false;
      $("#notice").append(el("p", { class: "error", role: "alert" }, error.message));
    }
  }
}
