// The phone form: situation, sections one by one, then the code for the window. Saved as one types, here and on the server.

import { $, $$, el, show, text, toast, uuid } from "../ui/dom.js";
import { call, get, post } from "../ui/net.js";
import { all, find, forget } from "../ui/store.js";
import { Keeper, words } from "../ui/keeper.js";
import { FormView } from "../ui/form.js";
import { Situation } from "../ui/situation.js";
import { checklist } from "../ui/checklist.js";
import { CommitmentPanel } from "../ui/commitment.js";
import { carry, Decider } from "../ui/engine.js";
import { elder } from "../ui/elder.js";
import { copy, merge } from "../ui/merge.js";
import { setAt } from "../ui/fields.js";
import { finish } from "./finish.js";
import { Handing } from "./handing.js";
import { People } from "./people.js";
import { sending } from "./sending.js";

const NOBODY = "visitor";
const ownerOf = (account) => (account ? `applicant:${account.id}` : NOBODY);
const part = ({ situation, answers, applicant }) => ({ situation, answers, applicant });

class Apply {
  constructor(page, local) {
    this.page = page;
    const theirs = page.draft ? part(page.draft) : { situation: {}, answers: {}, applicant: {} };
    this.content = local ? (page.draft ? merge(local.base, local.content, theirs).merged : copy(local.content)) : theirs;
    this.decider = new Decider(page.wire, { today: page.today }, { release: page.release, changed: () => this.decide() });
    this.id = page.draft?.id ?? local?.id ?? uuid();
    this.fresh = !page.draft && !local;
    if (this.fresh) this.content.answers = this.decider.initial(this.content);
    this.keeper = new Keeper({
      id: this.id, owner: ownerOf(page.account), item: page.code, revision: page.draft?.revision ?? 0, base: theirs, content: this.content, untouched: this.fresh,
      create: (content) => post("/apply/api/drafts", { id: this.id, item: page.code, ...content }),
      save: (revision, content) => call("PUT", `/apply/api/drafts/${this.id}`, { revision, ...content }),
      onState: (state, at) => { const box = $("#save-state"); box.dataset.state = state; text(box, words(state, at)); if (state === "saved") this.commitment?.refresh(); },
      onMerged: (content) => { this.content = copy(content); this.view?.replace(content.answers); this.decide(); },
    });
    this.situation = new Situation($("#situation"), (answers) => this.change(this.decider.taken(answers, this.content)), { digits: false });
    this.commitment = new CommitmentPanel($("#commitment"), { base: "/apply/api/commitments", subject: () => (this.keeper.revision ? { draft: this.id } : null), ready: () => this.keeper.flush(), changed: () => this.materials() });
    this.form();
    this.account();
    $("#back").addEventListener("click", () => this.go(-1));
    $("#next").addEventListener("click", () => this.go(1));
    addEventListener("popstate", (event) => { this.at = event.state?.at ?? 0; this.show(false); });
    this.at = 0;
    this.decide();
    history.replaceState({ at: 0 }, "");
    this.show(false);
    if (page.draft && !this.keeper.dirty) this.keeper.tell("saved", page.draft.updated_at);
    if (this.keeper.dirty && !this.fresh) this.keeper.touch(this.content);
  }

  form() {
    if (!this.page.form_html) return;
    $("#form").innerHTML = this.page.form_html;
    this.view = new FormView($("#form"), {
      answers: this.content.answers, release: this.page.release, summary: $("#summary"), decider: this.decider, content: () => this.content,
      changed: (answers) => this.change({ answers }), upload: (path, file) => this.upload(path, file),
    });
    this.view.reveal = (box) => this.reveal(box);
    this.view.fill($("#form"));
  }

  // Logged in: materials are uploaded and the application is sent from here; else the form ends with the code for the window.
  account() {
    const { account, files } = this.page;
    if (!account) return;
    this.handing = new Handing(this, files);
    this.people = new People(this, account);
    this.handed = () => this.label();
    const own = $("#own");
    show(own, Boolean(this.view && this.page.parties));
    own.addEventListener("click", () => this.takeOwn());
  }

  takeOwn() {
    const answers = copy(this.content.answers);
    const own = this.people.own();
    for (const [path, value] of own) setAt(answers, path, value);
    if (!own.length) return toast("这张申请表没有可填入的栏目，请自行填写");
    this.view.replace(answers);
    for (const [path, value] of own) this.view.bring(path, value);
    this.change({ answers: this.view.answers });
    toast("已填入您的身份信息，请核对");
  }

  // All that was typed is on the server when this resolves.
  async stored() {
    this.keeper.untouched = false;
    this.keeper.touch(this.content);
    await this.keeper.flush();
  }

  to(step, selector) {
    this.at = this.steps.indexOf(step);
    history.pushState({ at: this.at }, "");
    this.show(true);
    $(selector, step)?.focus();
  }

  change(changed) {
    const before = this.content;
    this.content = { ...this.content, ...copy(changed) };
    if (changed.situation) this.follow(before);
    this.decide();
    this.keeper.untouched = false;
    this.keeper.touch(this.content);
    this.label();
  }

  follow(before) {
    const answers = carry(this.decider, before, this.content);
    if (!answers) return;
    this.content.answers = answers;
    if (this.view) { this.view.answers = copy(answers); this.view.fill($("#form")); }
  }

  decide() {
    this.decision = this.decider.decide(this.content);
    this.situation.show(this.decision.questions, this.decider.shown(this.content));
    if (this.view && this.decision.form) this.view.apply(this.decision.form);
  }

  // What a signed commitment spares need not be uploaded; without an account it is marked in what to bring.
  materials() {
    const { replaced, provided, deferred } = this.commitment.effective;
    this.settled = new Map([...replaced.map((code) => [code, "承诺替代，免交"]), ...provided.map((code) => [code, "已签承诺书"]), ...Object.keys(deferred).map((code) => [code, "容缺后补"])]);
    if (this.handing && this.decision) { this.handing.show(); this.label(); }
    else if (this.decision && $("#checklist")) checklist($("#checklist"), this.decision.checklist, this.commitment.effective);
  }

  // ------------------------------------------------------------- steps
  get steps() {
    const sections = $$("#form .form-section").filter((section) => $$(":scope > .grid > [data-path]", section).some((box) => !box.hidden));
    const situation = this.decision.questions.length ? [$("#step-situation")] : [];
    return [...situation, ...sections, ...(this.handing ? [$("#step-people"), $("#step-materials")] : []), $("#step-last")];
  }

  go(by) {
    const step = this.steps[this.at];
    if (by > 0 && !this.passes(step)) return;
    this.at = Math.max(0, Math.min(this.at + by, this.steps.length - 1));
    history.pushState({ at: this.at }, "");
    this.show(true);
  }

  // Each section says what is wrong when one leaves it; one may still go on with warnings and come back for the rest.
  passes(step) {
    if (step.id === "step-situation") {
      const open = this.decision.situation_errors ?? [];
      if (!open.length) return true;
      toast(open[0].message);
      this.situation.focus();
      return false;
    }
    if (step.id === "step-people") return this.people.passes();
    const wrong = (this.decision.form?.errors ?? []).filter((e) => e.severity !== "warning" && step.querySelector(`[data-path="${CSS.escape(e.path)}"]`));
    if (!wrong.length) return true;
    wrong.forEach((error) => this.view.touched.add(error.path));
    this.view.all = true;
    this.view.apply(this.decision.form);
    show($("#summary"), false);
    this.view.focus(wrong[0].path);
    return false;
  }

  show(moved) {
    const { steps } = this;
    this.at = Math.min(this.at, steps.length - 1);
    const own = [$("#step-situation"), $("#step-people"), $("#step-materials"), $("#step-last")];
    [...own, ...$$("#form .form-section")].forEach((node) => { node.classList.toggle("away", node !== steps[this.at]); });
    own.forEach((node) => show(node, node === steps[this.at]));
    show($("#loading"), false); show($("#ways"), true); show($("#progress"), true);
    this.label();
    show($("#own"), Boolean(this.handing) && this.people.own().some(([path]) => steps[this.at].querySelector(`[data-path="${CSS.escape(path.split("/")[0])}"]`)));
    if (steps[this.at].id === "step-people") this.people.show();
    if (steps[this.at].id === "step-materials") this.handing.show();
    if (steps[this.at].id === "step-last") (this.handing ? sending : finish)(this);
    else show($("#summary"), false);
    if (moved) { scrollTo(0, 0); (steps[this.at].querySelector("h2, h3"))?.focus?.({ preventScroll: true }); }
  }

  label() {
    const { steps } = this;
    const bar = $("#progress-bar");
    bar.max = steps.length; bar.value = this.at + 1;
    text($("#progress-words"), `第 ${this.at + 1} 步，共 ${steps.length} 步：${steps[this.at]?.querySelector("h2, h3")?.textContent ?? ""}`);
    $("#back").disabled = this.at === 0;
    show($("#next"), this.at < steps.length - 1);
  }

  reveal(box) {
    const at = this.steps.indexOf(box.closest(".form-section"));
    if (at >= 0 && at !== this.at) { this.at = at; history.pushState({ at }, ""); this.show(false); }
  }

  async upload(path, file) {
    await this.stored();
    const body = new FormData();
    body.append("path", path);
    body.append("file", file);
    return call("POST", `/apply/api/drafts/${this.id}/files`, body);
  }
}

elder($("#elder"));
// Logged out: nothing of an account stays on a device that others may use.
if ($("#signed-out")) (await all().catch(() => [])).filter(({ owner }) => owner.startsWith("applicant:")).forEach(({ id }) => forget(id).catch(() => {}));
const root = $("#apply");
if (root && root.dataset.open === "1") {
  try {
    const page = await get(`/apply/api/items/${root.dataset.item}`);
    const local = page.draft ? await find(page.draft.id).catch(() => null)
      : (await all().catch(() => [])).find((record) => [NOBODY, ownerOf(page.account)].includes(record.owner) && record.item === page.code && !record.revision) ?? null;
    new Apply(page, local);
    if (page.draft && local && local.revision && local.id !== page.draft.id) await forget(local.id);
  } catch (error) {
    $("#loading").replaceChildren(el("p", { class: "alert warn" }, error.message === "网络中断" ? "网络中断，已填内容在本机，恢复后请刷新" : error.message));
  }
} else if (root) show($("#loading"), false);
