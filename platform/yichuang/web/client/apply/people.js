// For whom: oneself, one's own organisation, or somebody else. Who one is comes from the log-in and can't be changed here.

import { $, el } from "../ui/dom.js";
import { copy } from "../ui/merge.js";
import { idFault, tidyNumber } from "../engine/national.js";
import { LETTER } from "./handing.js";

const ID_CARD = "111";
const KINDS = [["1", "自然人"], ["2", "企业法人"], ["3", "事业法人"], ["4", "社会组织法人"], ["5", "行政机关"], ["6", "其他组织"]];

const part = (answers, path) => (path ?? "").split("/").reduce((at, step) => at?.[step], answers);

export class People {
  // account: {party, operator, shown: {party, operator}} · told: what the draft says already, in content.applicant
  constructor(apply, account) {
    Object.assign(this, { apply, account, faults: {} });
  }

  get told() { return this.apply.content.applicant ?? {}; }

  get firm() { return this.account.party.kind !== "1"; }

  // A first suggestion: whoever said that an agent acts is asked for the principal.
  begin() {
    if (this.told.as) return;
    this.tell({ as: this.guess, ...(this.guess === "agent" ? { principal: this.fromForm() } : {}) });
  }

  get guess() { return this.apply.content.situation?.handler === "agent" && !this.firm ? "agent" : "self"; }

  tell(changed) {
    const next = { ...this.told, ...changed };
    const kind = next.as === "agent" ? next.principal?.kind : this.account.party.kind;
    this.apply.change({ applicant: { ...next, ...(kind ? { kind } : {}) } });
  }

  principal() { return { kind: "1", ...this.told.principal }; }

  // ------------------------------------------------------------- the step
  show() {
    this.begin();
    const agent = this.told.as === "agent";
    $("#people").replaceChildren(
      el("fieldset", { class: "ways-of-acting" }, el("legend", {}, "为谁办理"), el("div", { class: "choices" },
        this.way("self", this.firm ? "本单位办理" : "本人办理"), this.way("agent", "代他人（单位）办理")), this.fault("as")),
      this.identity(agent), agent ? this.principalBox() : "", agent ? this.letter() : "", this.place());
  }

  way(code, title) {
    return el("label", { class: "choice option" }, el("input", { type: "radio", name: "as", value: code, checked: this.told.as === code, onchange: () => this.choose(code) }), title);
  }

  choose(as) {
    this.faults = {};
    this.tell(as === "agent" ? { as, principal: this.told.principal ?? this.fromForm() } : { as });
    this.show();
    $(`#people input[name=as][value=${as}]`).focus();
  }

  identity(agent) {
    const { party, operator } = this.account.shown;
    const me = agent && operator ? operator : party;
    const rows = [[agent ? "代理人" : this.firm ? "申请单位" : "申请人", me.name], [me.id_type === ID_CARD ? "身份证号" : me.id_type === "001" ? "统一社会信用代码" : "证件号码", me.id_no],
      ["联系电话", me.phone], ...(me.legal_rep ? [["法定代表人", me.legal_rep]] : []), ...(!agent && operator ? [["经办人", `${operator.name} ${operator.id_no}`]] : [])];
    return el("div", { class: "card identity" }, el("dl", {}, rows.map(([title, value]) => [el("dt", {}, title), el("dd", {}, value)])),
      el("p", { class: "small muted" }, "来自统一身份认证，不能修改；不对的请到认证系统更正后重新登录。"));
  }

  // What the form says of its applicant is the best start.
  fromForm() {
    const { answers } = this.apply.content;
    for (const spec of this.apply.page.parties?.applicant ?? []) {
      const name = part(answers, spec.name);
      if (!name) continue;
      const number = part(answers, spec.id_no), org = /credit_code/.test(spec.id_no ?? "") || number?.length === 18 && /[A-Z]/.test(number.slice(0, 17));
      return { kind: org ? "2" : "1", name, id_no: number, phone: part(answers, spec.phone), legal_rep: part(answers, spec.legal_rep) };
    }
    return { kind: "1" };
  }

  principalBox() {
    const told = this.principal(), person = told.kind === "1";
    return el("fieldset", { class: "card principal" }, el("legend", {}, "被代理人"),
      el("div", { class: "field" }, el("label", { class: "label", for: "p-kind" }, "类型"),
        el("select", { class: "input", id: "p-kind", onchange: (event) => { this.put("kind", event.target.value); this.show(); $("#p-kind").focus(); } },
          KINDS.map(([code, title]) => el("option", { value: code, selected: told.kind === code }, title))), this.fault("principal/kind")),
      this.input("name", person ? "姓名" : "单位名称", told), this.input("id_no", person ? "居民身份证号" : "统一社会信用代码", told, { autocapitalize: "characters" }),
      person ? "" : this.input("legal_rep", "法定代表人或负责人", told), this.input("phone", "联系电话", told, { inputmode: "tel" }));
  }

  input(code, title, told, more = {}) {
    const path = `principal/${code}`, wrong = this.faults[path];
    return el("div", { class: `field${wrong ? " wrong" : ""}`, "data-part": path }, el("label", { class: "label", for: `p-${code}` }, title, el("span", { class: "needed", "aria-hidden": "true" }, "*")),
      el("input", { class: "input", id: `p-${code}`, value: told[code] ?? "", autocomplete: "off", "aria-required": "true", maxlength: 200, ...(wrong ? { "aria-invalid": "true", "aria-describedby": `e-p-${code}` } : {}), ...more,
        oninput: (event) => { if (!event.isComposing) this.put(code, event.target.value); }, oncompositionend: (event) => this.put(code, event.target.value) }), this.fault(path));
  }

  put(code, value) {
    this.tell({ principal: { ...copy(this.principal()), [code]: value } });
    this.mend(`principal/${code}`, $(`#p-${code}`));
  }

  // What is being put right is no longer shown as wrong.
  mend(path, input) {
    if (!this.faults[path]) return;
    delete this.faults[path];
    input.removeAttribute("aria-invalid");
    const box = input.closest(".field");
    box.classList.remove("wrong");
    $(".error", box).hidden = true;
  }

  letter() {
    const own = this.apply.handing.entries.find((entry) => entry.material.title.includes("授权委托书"));
    if (own) return this.apply.handing.has(own.code) ? el("p", { class: "alert good" }, "授权委托书已在“材料”一步上传。")
      : el("p", { class: "alert warn" }, "请在“材料”一步上传授权委托书。");
    return el("div", { class: "card letter" }, el("h3", {}, "授权委托书 ", el("span", { class: "badge brand" }, "必须上传")),
      el("p", { class: "small muted" }, "写明委托事项、权限和期限，由委托人签名或者盖章。"), this.apply.handing.box(LETTER, "授权委托书"));
  }

  // Which of several halls takes it in.
  place() {
    const { places = [] } = this.apply.page;
    if (places.length < 2 || this.apply.page.returned) return "";
    const chosen = places.find((one) => one.code === this.told.hall);
    return el("div", { class: `field place${this.faults.hall ? " wrong" : ""}` }, el("label", { class: "label", for: "p-hall" }, "由哪里受理", el("span", { class: "needed", "aria-hidden": "true" }, "*")),
      el("select", { class: "input", id: "p-hall", "aria-required": "true", onchange: (event) => { delete this.faults.hall; this.tell({ hall: event.target.value }); this.show(); $("#p-hall").focus(); } },
        el("option", { value: "" }, "请选择"), places.map((one) => el("option", { value: one.code, selected: one === chosen }, one.title))),
      chosen?.address ? el("p", { class: "hint" }, chosen.address) : null, this.fault("hall"));
  }

  fault(path) {
    const words = this.faults[path];
    return el("p", { class: "error", role: "alert", hidden: !words, id: path.startsWith("principal/") ? `e-p-${path.slice(10)}` : undefined }, words ?? "");
  }

  // What is still open here, as far as it can be seen without the server.
  open() {
    const found = [], { places = [], returned } = this.apply.page, told = this.principal(), person = told.kind === "1";
    if (!this.told.as) return [["as", "请选择为谁办理"]];
    if (this.told.as === "agent") {
      const wanted = [["name", person ? "姓名" : "单位名称"], ["id_no", person ? "居民身份证号" : "统一社会信用代码"], ...(person ? [] : [["legal_rep", "法定代表人或负责人"]]), ["phone", "联系电话"]];
      wanted.filter(([code]) => !(told[code] ?? "").trim()).forEach(([code, title]) => found.push([`principal/${code}`, `请填写被代理人的${title}`]));
      if (person && told.id_no && idFault(tidyNumber(told.id_no))) found.push(["principal/id_no", "被代理人的身份证号码不对，请核对"]);
      const own = this.apply.handing.entries.some((entry) => entry.material.title.includes("授权委托书"));
      if (!own && !this.apply.handing.has(LETTER)) found.push(["letter", "请上传授权委托书"]);
    }
    if (places.length > 1 && !returned && !places.some((one) => one.code === this.told.hall)) found.push(["hall", "请选择由哪里受理"]);
    return found;
  }

  passes() {
    const open = this.open().filter(([path]) => path !== "letter");
    if (!open.length) return true;
    this.faults = Object.fromEntries(open);
    this.show();
    $(this.selector(open[0][0])).focus();
    return false;
  }

  selector(path) {
    return { as: "#people input[name=as]", hall: "#p-hall", letter: "#people .letter input" }[path] ?? `#p-${path.replace("principal/", "")}`;
  }

  // For the last page: who applies, who acts, where.
  summary() {
    const agent = this.told.as === "agent", { party, operator } = this.account.shown, told = this.principal();
    const hall = (this.apply.page.places ?? []).find((one) => one.code === this.told.hall) ?? this.apply.page.places?.[0];
    const rows = agent ? [["申请人", told.name], ["代理人", `${(operator ?? party).name} ${(operator ?? party).id_no}`]]
      : [["申请人", `${party.name} ${party.id_no}`], ...(operator ? [["经办人", `${operator.name} ${operator.id_no}`]] : [])];
    if (hall) rows.push(["受理地点", hall.title]);
    return el("div", { class: "card identity" }, el("dl", {}, rows.map(([title, value]) => [el("dt", {}, title), el("dd", {}, value ?? "")])));
  }

  // Faults found by the server: shown where they belong. True when one of them is here.
  refuse(problems) {
    this.faults = Object.fromEntries(problems.filter((p) => p.field === "as" || p.field === "hall" || p.field.startsWith("principal/")).map((p) => [p.field, p.message]));
    return Object.keys(this.faults).length > 0;
  }

  // ------------------------------------------------------------- into the form
  // The paths of the form that are about oneself, with what the log-in says.
  own() {
    const { party, operator } = this.account, agent = (this.told.as ?? this.guess) === "agent";
    const specs = this.apply.page.parties?.[agent ? "agent" : "applicant"] ?? [];
    const me = agent ? operator ?? party : party;
    const org = me.kind !== "1";
    const spec = specs.find((one) => /credit_code/.test(one.id_no ?? "") === org) ?? (org ? null : specs[0]);
    if (!spec) return [];
    return ["name", "id_no", "id_type", "phone", "legal_rep"].filter((key) => spec[key] && me[key]).map((key) => [spec[key], me[key]]);
  }
}
