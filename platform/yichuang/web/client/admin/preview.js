// A draft as people would see it: situation and materials as at the desk, the notice, the form. The answers given stay when the draft changes.

import { $, el, show, text } from "../ui/dom.js";
import { get } from "../ui/net.js";
import { checklist } from "../ui/checklist.js";
import { Decider } from "../ui/engine.js";
import { FormView } from "../ui/form.js";
import { Situation } from "../ui/situation.js";

const PANES = ["materials", "notice", "form"];

export async function start(root) { await new Page(root).begin().catch((error) => { show($("#problem"), true); text($("#problem"), error.message); }); }

class Page {
  constructor(root) {
    Object.assign(this, { root, ...root.dataset, content: { situation: {}, answers: {}, applicant: {} } });
    this.base = `/admin/changes/${this.change}`;
    this.situation = new Situation($("#situation"), (answers) => { Object.assign(this.content, this.decider.taken(answers, this.content)); this.decide(); }, { digits: false });
    PANES.forEach((name) => { $(`#show-${name}`).onclick = () => this.turn(name); });
    $("#day").onchange = () => this.notice();
    addEventListener("message", (event) => { if (event.origin === location.origin && event.data?.type === "refresh") this.load().catch(() => {}); });
  }

  async begin() {
    this.pane = this.kind === "form" ? "form" : this.kind === "notice" ? "notice" : "materials";
    await this.load();
    this.turn(this.pane);
  }

  async load() {
    const data = await get(`${this.base}/api/${this.kind}/${this.code}/preview`);
    show($("#problem"), Boolean(data.problem));
    text($("#problem"), data.problem ?? "");
    if (data.problem) return;
    this.data = data;
    text($("#item-title"), data.title);
    this.decider = new Decider(data.wire, { today: data.today });
    if (!Object.keys(this.content.answers).length) this.content.answers = this.decider.initial(this.content);
    show($("#show-form"), Boolean(data.form_html));
    this.layForm();
    this.decide();
    this.notice();
  }

  layForm() {
    if (!this.data.form_html) { this.view = null; return; }
    const box = el("section", { id: "form", hidden: this.pane !== "form" });
    box.innerHTML = this.data.form_html;
    $("#form").replaceWith(box);
    this.view = new FormView(box, { answers: this.content.answers, release: +this.release, decider: this.decider, content: () => this.content, changed: (answers) => { this.content.answers = answers; this.decide(); }, upload: async (_path, file) => ({ name: file.name, size: file.size, digest: "" }) });
    this.view.fill(box);
  }

  decide() {
    const decision = this.decider.decide(this.content);
    this.situation.show(decision.questions, this.decider.shown(this.content));
    checklist($("#checklist"), decision.checklist);
    $("#tips").replaceChildren(...(decision.tips ?? []).map((tip) => el("p", { class: `alert ${{ warning: "warn", alert: "bad" }[tip.tone] ?? ""}` }, tip.text)));
    if (this.view && decision.form) this.view.apply(decision.form);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.notice(), 250);
  }

  notice() {
    if (this.pane !== "notice" || !this.data) return;
    const query = new URLSearchParams({ s: JSON.stringify(this.content.situation), f: JSON.stringify(this.content.applicant.kind ? { "applicant.kind": this.content.applicant.kind } : {}), day: $("#day").value });
    $("#notice iframe").src = `${this.base}/notice/${this.data.item}?${query}`;
  }

  turn(name) {
    this.pane = name;
    PANES.forEach((pane) => { show($(`#${pane}`), pane === name); $(`#show-${pane}`).setAttribute("aria-selected", String(pane === name)); });
    this.notice();
  }
}
