// The item on the desk: its situation, its form, its materials. Looked at first; a draft begins with the first thing written.

import { $, $$, ask, el, show, text, toast, uuid } from "../ui/dom.js";
import { call, get, post } from "../ui/net.js";
import { find, forget } from "../ui/store.js";
import { Keeper, words } from "../ui/keeper.js";
import { FormView } from "../ui/form.js";
import { Situation } from "../ui/situation.js";
import { checklist } from "../ui/checklist.js";
import { CommitmentPanel } from "../ui/commitment.js";
import { carry, Decider } from "../ui/engine.js";
import { print } from "../ui/print.js";
import { copy, merge, same } from "../ui/merge.js";
import { tell as banner, clear } from "./banner.js";
import { Entrusted } from "./entrusted.js";
import { deskWays } from "./mine.js";
import { Receiving } from "./receiving.js";

const EMPTY = { situation: {}, answers: {}, applicant: {} };

export class Work {
  constructor({ owner, context, listed, windows }) {
    Object.assign(this, { owner, context, listed, entrusted: new Entrusted(windows), page: null, keeper: null, view: null, content: copy(EMPTY) });
    this.receiving = new Receiving(this);
    this.situation = new Situation($("#situation"), (answers) => this.change(this.decider.taken(answers, this.content)));
    this.situation.finished = () => this.view && $("#form input, #form select, #form textarea")?.focus();
    this.commitment = new CommitmentPanel($("#commitment"), { base: "/desk/api/commitments", subject: () => (this.keeper?.revision ? { draft: this.keeper.id } : null), ready: () => this.keeper.flush(), changed: () => this.materials() });
    this.channel = new BroadcastChannel("yichuang-drafts");
    this.channel.onmessage = ({ data }) => { if (this.keeper && data.id === this.keeper.id && data.revision !== this.keeper.revision) this.pull(); };
  }

  // ------------------------------------------------------------- opening
  async look(code) {
    const page = await get(`/desk/api/items/${code}`);
    this.leave();
    location.hash = `#/item/${code}`;
    this.lay(page, copy(EMPTY), false);
    this.situation.focus();
    if (!document.activeElement?.closest("#situation")) $("#form input, #form select, #form textarea")?.focus();
  }

  async resume(id) {
    const [page, local] = [await get(`/desk/api/drafts/${id}`), await find(id).catch(() => null)];
    this.leave();
    location.hash = `#/draft/${id}`;
    const theirs = part(page.draft);
    const { merged, conflicts } = local ? merge(local.base, local.content, theirs) : { merged: theirs, conflicts: [] };
    const closed = page.draft.state !== "editing";
    this.lay(page, closed ? theirs : merged, closed);
    if (closed) { await forget(id).catch(() => {}); return this.receiving.receipt(page.draft); }
    this.begin(id, { revision: page.draft.revision, base: theirs, content: merged });
    this.keeper.tell("saved", page.draft.updated_at);
    if (this.keeper.dirty) this.keeper.touch(merged);
    this.report(conflicts);
    if (page.outdated) this.outdated(page);
    $("#main").focus();
  }

  // Begun while the network was gone: all there is of it is here.
  async resumeLocal(id) {
    const local = await find(id);
    if (!local || local.revision) return false;
    const page = await get(`/desk/api/items/${local.item}`);
    this.leave();
    this.lay(page, local.content, false);
    this.begin(id, { content: local.content, untouched: false });
    this.keeper.touch(local.content);
    return true;
  }

  leave() {
    this.done = null;
    this.keeper?.flush().catch(() => {});
    this.keeper?.stop();
    this.keeper = null;
    this.view = null;
    this.commitment.clear();
    clear();
  }

  lay(page, content, closed) {
    Object.assign(this, { page, content: copy(content), closed });
    this.decider = new Decider(page.wire, this.context(), { release: page.release, changed: () => this.page === page && this.decide() });
    if (!page.draft && !Object.keys(this.content.answers).length) this.content.answers = this.decider.initial(this.content);
    this.blank = copy(this.content.answers);
    show($("#welcome"), false); show($("#work"), true); show($("#side"), true); show($("#side-empty"), false); show($("#receipt"), false);
    text($("#item-title"), page.title);
    $("#item-meta").replaceChildren(...page.badges.map(([tone, label]) => el("span", { class: `badge ${tone}` }, label)), el("span", {}, page.meta));
    $("#elements").replaceChildren(...page.elements.flatMap(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]));
    $("#situation").replaceChildren();
    this.layForm(page, closed);
    this.state("idle");
    show($(".actions"), !closed);
    $("#main").scrollTop = 0;
    this.entrusted.show(closed ? null : page.entrustment);
    this.decide();
  }

  layForm(page, closed) {
    const old = $("#form"), form = old.cloneNode(false);
    old.replaceWith(form);
    show($("#form-pane"), Boolean(page.form_html));
    show($("#summary"), false);
    if (!page.form_html) { this.view = null; return; }
    form.innerHTML = page.form_html;
    if (closed) { form.append(el("fieldset", { disabled: true, class: "locked" })); form.lastChild.append(...[...form.children].slice(0, -1)); }
    this.view = new FormView(form, {
      answers: this.content.answers, release: page.release, summary: $("#summary"), decider: this.decider, content: () => this.content,
      changed: (answers) => this.change({ answers }), upload: (path, file) => this.upload(path, file),
    });
    this.view.fill(form);
    $("#sections").replaceChildren(...$$(".form-section", form).map((section) => el("a", { href: `#${section.querySelector("h3").id}`, "data-section": section.dataset.section, onclick: (event) => { event.preventDefault(); section.scrollIntoView({ block: "start" }); } }, section.querySelector("h3").textContent)));
  }

  // ------------------------------------------------------------- deciding, at once
  change(changed) {
    const before = this.content;
    this.content = { ...this.content, ...copy(changed) };
    if (changed.situation) this.follow(before);
    this.decide();
    if (this.closed) return;
    if (!this.keeper) {
      if (same(this.content.answers, this.blank)) return;
      this.begin(uuid(), { content: this.content, untouched: false });
      location.hash = `#/draft/${this.keeper.id}`;
    }
    this.keeper.touch(this.content);
  }

  follow(before) {
    const answers = carry(this.decider, before, this.content);
    if (!answers) return;
    if (!this.keeper) this.blank = copy(answers);
    this.content.answers = answers;
    if (this.view) { this.view.answers = copy(answers); this.view.fill($("#form")); }
  }

  decide() {
    const decision = (this.decision = this.decider.decide(this.content));
    this.situation.show(decision.questions, this.decider.shown(this.content));
    show($("#situation-pane"), decision.questions.length > 0);
    this.materials();
    $("#tips").replaceChildren(...(decision.tips ?? []).map((tip) => el("p", { class: `alert ${{ warning: "warn", alert: "bad" }[tip.tone] ?? ""}` }, tip.text)));
    if (this.view && decision.form) {
      this.view.apply(decision.form);
      const wrong = new Set((this.view.all ? this.view.wrong() : []).map((e) => e.path.split("/")[0]));
      $$("#sections a").forEach((link) => {
        const section = $(`#form [data-section="${link.dataset.section}"]`);
        link.hidden = section.hidden;
        link.classList.toggle("has-errors", [...wrong].some((path) => section.querySelector(`[data-path="${path}"]`)));
      });
    }
  }

  materials() { if (this.decision) checklist($("#checklist"), this.decision.checklist, this.commitment.effective); }

  // ------------------------------------------------------------- keeping
  begin(id, how) {
    this.keeper = new Keeper({
      id, owner: this.owner(), item: this.page.code, ...how, ...deskWays(id, this.page.code),
      onState: (state, at) => { this.state(state, at); if (state !== "saved") return; this.commitment.refresh(); this.channel.postMessage({ id, revision: this.keeper?.revision }); },
      onMerged: (content, conflicts) => this.merged(content, conflicts),
      onStarted: (answer) => this.started(answer),
    });
  }

  state(state, at) {
    const box = $("#save-state");
    box.dataset.state = state;
    text(box, words(state, at));
    if (state === "signed-out") banner("signin", "warn", "登录已失效，请重新登录；已填内容不会丢失。", [["重新登录", () => open("/login/?next=/desk/signed-in", "_blank")]]);
    else clear("signin");
  }

  started(answer) {
    this.listed(answer.id);
    if (answer.release !== this.page.release) get(`/desk/api/drafts/${answer.id}`).then((page) => this.swap(page)).catch(() => {});
  }

  async pull() {
    if (this.keeper.dirty) return;
    try {
      const { draft } = await get(`/desk/api/drafts/${this.keeper.id}`);
      if (draft.revision > this.keeper.revision && draft.state === "editing") await this.keeper.join(draft);
    } catch { /* the next save finds out */ }
  }

  merged(content, conflicts) {
    this.content = copy(content);
    this.view?.replace(content.answers);
    this.decide();
    this.report(conflicts);
  }

  report(conflicts) {
    if (!conflicts.length) return;
    const titles = new Map($$("#form [data-path]").map((box) => [box.dataset.path, box.querySelector(".label, legend")?.firstChild?.textContent ?? box.dataset.path]));
    banner("merge", "warn", `这份填报也在别处改过。${conflicts.map((c) => `“${titles.get(c.key) ?? c.key}”别处是 ${say(c.there)}`).join("；")}。已保留本页所填，请核对。`, [["知道了", () => clear("merge")]]);
  }

  // ------------------------------------------------------------- releases
  // A newer release: what is only looked at is refreshed in place; a draft stays with its own.
  async released(pulse) {
    if (this.page && !this.closed && pulse.entrustment?.item === this.page.code) this.entrusted.show(pulse.entrustment);
    if (!this.page || this.keeper || this.closed || pulse.digest === this.page.digest) return;
    if (!pulse.digest) return banner("gone", "bad", "该事项已不在当前版本中。", []);
    const page = await get(`/desk/api/items/${this.page.code}`);
    if (this.keeper || page.code !== this.page.code) return;
    this.swap(page);
    toast(`事项已更新为第 ${page.release} 版`);
  }

  swap(page) {
    const at = document.activeElement?.closest?.("[data-path]")?.dataset.path, question = document.activeElement?.closest?.(".question")?.dataset.code;
    const [keeper, scroll] = [this.keeper, $("#main").scrollTop];
    this.lay(page, this.content, false);
    this.keeper = keeper;
    $("#main").scrollTop = scroll;
    if (at) this.view?.focus(at);
    else if (question) $(`.question[data-code="${question}"] input`)?.focus();
  }

  outdated(page) {
    banner("outdated", "warn", `按第 ${page.release} 版填写，事项已在第 ${page.current} 版更新。`, [
      ["继续按原版", () => clear("outdated")], ["按新版重新开始（答案带过去）", () => this.renew()]]);
  }

  async renew() {
    try {
      await this.keeper.flush();
      const { id } = await post(`/desk/api/drafts/${this.keeper.id}/renew`, {});
      await this.resume(id);
      this.listed(id);
      toast("已按新版重新开始，答案已带过来，请核对");
    } catch (error) { toast(error.message); }
  }

  // ------------------------------------------------------------- files, check, submit
  async upload(path, file) {
    if (!this.keeper) this.change({ answers: this.view.answers });
    if (!this.keeper) { this.begin(uuid(), { content: this.content, untouched: false }); }
    await this.keeper.flush();
    if (!this.keeper.revision) { this.keeper.touch(this.content); await this.keeper.flush(); }
    const body = new FormData();
    body.append("path", path);
    body.append("file", file);
    return call("POST", `/desk/api/drafts/${this.keeper.id}/files`, body);
  }

  async paper() {
    const id = this.keeper?.id ?? this.done;
    if (!id) return toast("填写后才能打印申请表");
    try { await this.keeper?.flush(); } catch { return toast("内容还没有传上，恢复网络后再打印"); }
    print(`/desk/api/drafts/${id}/form.pdf`);
  }

  async submit() {
    if (!this.page || this.closed) return;
    if (this.entrusted.refused) return toast(this.entrusted.refused, 6);
    const open = this.decision.situation_errors ?? [];
    if (open.length) { toast(`请先答完情形：${open[0].message}`); return this.situation.focus(); }
    if (this.view && this.view.check().length) { this.decide(); $("#summary").scrollIntoView({ block: "nearest" }); return this.view.nextError(true); }
    if (!this.keeper) { if (!this.view) return toast("该事项没有申请表，可直接出具告知单"); this.begin(uuid(), { content: this.content, untouched: false }); this.keeper.touch(this.content); }
    await this.receiving.begin();
  }

  next() { this.close(); $("#search").focus(); }

  close() {
    this.leave();
    this.page = null;
    location.hash = "";
    show($("#welcome"), true); show($("#work"), false); show($("#side"), false); show($("#side-empty"), true);
    this.listed(null);
  }
}

const part = ({ situation, answers, applicant }) => ({ situation, answers, applicant });
const say = (value) => (value === undefined ? "（空）" : typeof value === "object" ? "另外的内容" : `“${value}”`);
