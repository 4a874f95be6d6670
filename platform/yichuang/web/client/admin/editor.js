// The editor of one definition: tabs from the schema's groups, fields, findings, YAML, preview. The draft keeps itself.

import { $, $$, ask, el, show, text, toast } from "../ui/dom.js";
import { Offline, Problem, get } from "../ui/net.js";
import { Draft } from "./draft.js";
import { Findings } from "./findings.js";
import { properties } from "./fields.js";
import { Shape, at, widgetOf } from "./shape.js";

const STATES = { unsaved: "未保存", saving: "正在保存…", saved: "已保存", offline: "网络中断，恢复后自动保存", failed: "保存失败，稍后重试", "signed-out": "登录已失效，请重新登录；修改都在本机", conflict: "已在别处修改", closed: "变更单已发布或作废，不能再保存" };

export async function start(root) {
  const { change, kind, code } = root.dataset, base = `/admin/changes/${change}/api`;
  try {
    const editor = new Editor(root, base, kind, code, await get(`${base}/${kind}/${code}`));
    await editor.refreshFacts();
    if (kind === "mapping") editor.special = await (await import("../mapping/mapping.js")).Mapping.load(editor);
    editor.begin();
  } catch (error) {
    if (!(error instanceof Offline || error instanceof Problem)) throw error;
    $("#save-state").dataset.state = "failed";
    $("#save-state").textContent = `没有载入：${error.message}`;
    $("#main").replaceChildren(el("p", { class: "empty" }, "没有载入成功。", el("button", { type: "button", class: "button small", onclick: () => location.reload() }, "重新载入")));
  }
}

class Editor {
  constructor(root, base, kind, code, loaded) {
    Object.assign(this, { root, base, kind, code, loaded, pane: $("#main"), group: 0, mode: "form" });
    this.draft = new Draft(`${base}/${kind}/${code}`, loaded, {
      state: (word, detail) => this.state(word, detail), changed: () => this.changed(), replaced: () => this.replaced(), saved: () => this.saved(), conflict: (theirs) => this.conflict(theirs),
    });
    this.shape = new Shape(loaded.schema, new Map((this.loaded.fields ?? []).map((field) => [field.path, field.title])));
    this.groups = this.shape.groups();
    this.targets = new Map();
    this.ctx = this.context();
    this.findings = new Findings($("#findings"), this);
  }

  // What fields and widgets may use.
  context() {
    const editor = this, names = new Map(), asked = new Set(), unnamed = new Set();
    const named = (target) => {
      if (asked.has(target)) return;
      asked.add(target);
      editor.choices(target).then((list) => {
        names.set(target, new Map(list.map((o) => [o.code, o.title])));
        for (const waiting of unnamed) waiting.node.isConnected ? waiting.draw() : unnamed.delete(waiting);
      });
    };
    return {
      draft: this.draft, shape: this.shape, ops: this.loaded.ops, belongs: this.loaded.belongs, fields: this.loaded.fields ?? [], facts: { facts: [], rows: {}, scopes: {} },
      open: new WeakSet(), more: new WeakSet(), kept: new WeakMap(), waiting: new Set(),
      choices: (target, place) => editor.choices(target, place),
      reshape: (place) => editor.reshape(place),
      whenFacts(node, draw) { this.waiting.add({ node, draw }); },
      marks: (value, schema) => marks(value, schema, editor),
      titleOf: (code, schema) => names.get(schema["x-ref"])?.get(code) ?? (schema["x-ref"] ? (named(schema["x-ref"]), code) : undefined),
      whenNamed: (node, draw) => unnamed.add({ node, draw }),
      found: () => editor.findings?.mark(), rename: () => editor.heading(),
    };
  }

  begin() {
    const left = this.draft.left();
    this.group = this.special?.first() ?? 0;
    this.tabs();
    this.openSmall();
    this.draw();
    this.heading();
    this.state("saved");
    $("#undo").onclick = () => this.draft.undo();
    $("#redo").onclick = () => this.draft.redo();
    $("#as-form").onclick = () => this.turn("form");
    $("#as-source").onclick = () => this.turn("source");
    $("#tab-findings").onclick = () => this.side("findings");
    $("#tab-preview").onclick = () => this.side("preview");
    $("#to-change").addEventListener("click", async (event) => { if (!this.draft.dirty) return; event.preventDefault(); await this.draft.flush(); if (!this.draft.dirty) location.href = event.target.href; });
    addEventListener("keydown", (event) => this.keys(event));
    if (this.special) this.side("preview");
    this.findings.refresh().then(() => { const place = decodeURIComponent(location.hash.slice(1)); if (place) this.jump(place); }).catch(() => {});
    if (left) this.offer(left);
  }

  async offer(left) {
    const same = left.revision === this.draft.revision;
    const way = same ? true : await ask("本机有未保存的修改", el("p", {}, `${new Date(left.at).toLocaleString("zh-CN")} 的修改没有来得及保存，而这一定义后来又有改动。`), [[false, "放弃"], [true, "恢复我的修改", "primary"]]);
    if (way) { this.draft.take(left); toast("已恢复上次没有来得及保存的修改"); } else if (way === false) this.draft.drop();
  }

  // ------------------------------------------------------------ drawing
  tabs() {
    const bar = $("#groups");
    bar.replaceChildren(...this.groups.map((group, index) => el("button", { type: "button", role: "tab", id: `group-${index}`, "aria-controls": "main", "aria-selected": String(index === this.group), tabindex: index === this.group ? "0" : "-1", onclick: () => this.choose(index) }, group.title, el("span", { class: "count", hidden: true }))));
    bar.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { this.choose((this.group + step + this.groups.length) % this.groups.length); $(`#group-${this.group}`).focus(); }
    };
    show(bar, this.groups.length > 1);
  }

  choose(index) {
    if (this.mode === "source" && !this.source.leave()) return;
    if (this.mode === "source") this.turn("form");
    this.group = index;
    this.tabs();
    this.draw();
    this.pane.scrollTop = 0;
  }

  draw() {
    if (this.mode !== "form") return;
    this.ctx.waiting.clear();
    this.pane.setAttribute("aria-labelledby", `group-${this.group}`);
    const special = this.special?.pane(this.groups[this.group]);
    this.pane.replaceChildren(special ?? el("div", { class: "sheet" }, properties(this.ctx, this.shape.root, this.draft.body, [], this.groups[this.group].keys)));
    this.findings?.mark();
    text($("#undo"), "撤销");
    this.buttons();
  }

  // Lists of few elements that hold lists themselves (sections of a form) are open from the start.
  openSmall() {
    for (const [key, schema] of Object.entries(this.shape.root.properties)) {
      const part = this.shape.of(schema), values = this.draft.body[key];
      if (widgetOf(part, this.shape) !== "cards" || !Array.isArray(values) || values.length > 12) continue;
      const inner = this.shape.items(part);
      const holds = (inner.required ?? []).some((name) => widgetOf(this.shape.of(inner.properties[name]), this.shape) === "cards");
      if (holds && key === "sections") values.forEach((value) => this.ctx.open.add(value));
    }
  }

  reshape(place) {
    const owner = place.slice(0, -1).join("/"), node = [...$$(`[data-place="${CSS.escape(owner)}"].item`, this.pane)].pop();
    const active = document.activeElement?.closest("[data-place].field")?.dataset.place;
    if (node) node.dispatchEvent(new CustomEvent("reshape"));
    this.findings.mark();
    if (active) $(`.field[data-place="${CSS.escape(active)}"] :is(input, select, textarea)`, this.pane)?.focus();
  }

  heading() { text($("#title"), this.draft.body.title || this.code); }

  buttons() {
    $("#undo").disabled = !this.draft.past.length;
    $("#redo").disabled = !this.draft.future.length;
  }

  // ------------------------------------------------------------ the draft
  state(word, detail) {
    const box = $("#save-state");
    box.dataset.state = word;
    const hour = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    text(box, word === "saved" && this.draft.past.length ? `已保存 ${hour}` : word === "failed" && detail ? `保存失败：${detail}` : STATES[word]);
  }

  changed() { this.heading(); this.buttons(); this.forget(); this.special?.changed(); }
  forget() { this.targets.delete("self:fields"); }

  replaced() {
    const open = $$(".item.open", this.pane).map((node) => node.dataset.place), more = $$("details.more[open]", this.pane).map((node) => node.closest("[data-place]")?.dataset.place ?? "");
    for (const place of open) { const value = at(this.draft.body, steps(place)); if (value && typeof value === "object") this.ctx.open.add(value); }
    for (const place of more) { const value = at(this.draft.body, steps(place)); if (value && typeof value === "object") this.ctx.more.add(value); }
    const top = this.pane.scrollTop, active = document.activeElement?.closest?.("#main [data-place]")?.dataset.place;
    if (this.mode === "source") this.source.show();
    else this.draw();
    this.pane.scrollTop = top;
    if (active) $$(`[data-place="${CSS.escape(active)}"]`, this.pane).pop()?.querySelector(".item-open, input, select, textarea")?.focus({ preventScroll: true });
    this.heading();
  }

  async saved() {
    this.targets.clear();
    await Promise.allSettled([this.findings.refresh(), this.refreshFacts()]);
    this.preview?.refresh();
    this.special?.saved();
  }

  async refreshFacts() {
    const facts = await get(`${this.base}/${this.kind}/${this.code}/facts`);
    if (JSON.stringify(facts) === JSON.stringify(this.ctx.facts)) return;
    this.ctx.facts = facts;
    for (const entry of [...this.ctx.waiting]) {
      if (!entry.node.isConnected) this.ctx.waiting.delete(entry);
      else if (!entry.node.contains(document.activeElement)) entry.draw();
    }
  }

  async conflict(theirs) {
    const way = await ask("这一定义已在别处修改过", el("p", {}, "您的修改都还在。请选择以哪一份为准；选别处的之后，仍可按“撤销”找回自己的。"), [["mine", "用我的"], ["theirs", "用别处的", "primary"]]);
    if (way) this.draft.resolve(way === "theirs" ? theirs : null);
  }

  // ------------------------------------------------------------ pickers
  choices(target, place = []) {
    if (target === "self:fields") return Promise.resolve(this.ownFields(place));
    if (target === "self:item_materials") return this.choices(`item_materials:${this.draft.body.item ?? ""}`);
    if (target.startsWith("self:")) return Promise.resolve((this.draft.body[target.slice(5)] ?? []).map(({ code, title }) => ({ code, title: title || code, hint: code })));
    if (!this.targets.has(target)) this.targets.set(target, get(`${this.base}/choices?target=${encodeURIComponent(target)}`).then(({ choices }) => choices).catch(() => { this.targets.delete(target); return []; }));
    return this.targets.get(target);
  }

  ownFields(place) {
    const sections = this.draft.body.sections ?? [];
    const inside = place.filter((step) => step === "fields").length > 1 ? sections[place[1]]?.fields?.[place[3]]?.fields : null;
    if (inside) return inside.map((field) => ({ code: field.code, title: field.title, hint: field.code }));
    return sections.flatMap((section) => (section.fields ?? []).map((field) => ({ code: field.code, title: field.title, hint: field.code, group: section.title })));
  }

  // ------------------------------------------------------------ getting around
  async jump(place) {
    if (this.mode === "source") { if (this.source.leave()) this.turn("form"); else return this.source.reach(place); }
    const path = steps(place), index = this.groups.findIndex((group) => group.keys.includes(path[0]));
    for (let length = 0; length <= path.length; length += 1) {
      const value = at(this.draft.body, path.slice(0, length));
      if (value && typeof value === "object" && !Array.isArray(value)) { this.ctx.open.add(value); this.ctx.more.add(value); }
    }
    this.group = Math.max(0, index);
    this.special?.toPlace(path);
    this.tabs();
    this.draw();
    await new Promise(requestAnimationFrame);
    for (let length = path.length; length >= 0; length -= 1) {
      const node = [...$$(`[data-place="${CSS.escape(path.slice(0, length).join("/"))}"]`, this.pane)].pop();
      if (!node) continue;
      node.scrollIntoView({ block: "center" });
      (node.matches(".item") ? $(".item-open", node) : $("input, select, textarea, button", node) ?? node).focus?.({ preventScroll: true });
      node.classList.add("flash");
      setTimeout(() => node.classList.remove("flash"), 1600);
      return;
    }
  }

  async turn(mode) {
    if (mode === this.mode) return;
    if (mode === "source") {
      const { Source } = await import("./source.js");
      this.source ??= new Source(this);
      this.mode = "source";
      this.pane.replaceChildren();
      await this.source.show();
    } else {
      if (!this.source.leave()) return;
      this.mode = "form";
      this.openSmall();
      this.draw();
    }
    $("#as-form").setAttribute("aria-pressed", String(this.mode === "form"));
    $("#as-source").setAttribute("aria-pressed", String(this.mode === "source"));
    this.root.classList.toggle("in-source", this.mode === "source");
  }

  async side(name) {
    for (const tab of ["findings", "preview"]) { $(`#tab-${tab}`).setAttribute("aria-selected", String(tab === name)); show($(`#${tab}`), tab === name); }
    this.root.classList.toggle("previewing", name === "preview");
    if (name === "preview" && this.special) return this.special.beside($("#preview"));
    if (name === "preview" && !this.preview) {
      const { Preview } = await import("./previewing.js");
      this.preview = new Preview($("#preview"), this.root.dataset.change, this.kind, this.code);
    }
    if (name === "preview") { await this.draft.flush(); this.preview.refresh(); }
  }

  keys(event) {
    if (event.isComposing || !(event.ctrlKey || event.metaKey) || event.target.closest?.(".cm-editor, dialog")) return;
    const key = event.key.toLowerCase();
    if (key === "s") { event.preventDefault(); this.draft.flush(); }
    else if (key === "z") { event.preventDefault(); event.shiftKey ? this.draft.redo() : this.draft.undo(); }
    else if (key === "y") { event.preventDefault(); this.draft.redo(); }
  }
}

export const steps = (place) => place.split("/").filter(Boolean).map((step) => (/^\d+$/.test(step) ? +step : step));

// Small words on a card's head: type, need, condition.
function marks(value, schema, editor) {
  const found = [], shape = editor.shape, badge = (words, tone = "") => found.push(el("span", { class: `badge ${tone}` }, words));
  for (const key of ["type", "necessity", "kind", "tone"]) {
    const part = shape.of(schema.properties?.[key]);
    if (part?.enum && value[key] !== undefined && !String(schema["x-summary"]).includes(`{${key}}`)) badge(shape.shown(value[key], part), value.tone === "alert" && key === "tone" ? "bad" : "");
  }
  if (value.required === true) badge("必填", "brand");
  if (value.compute) badge("自动计算", "good");
  if (value.visible_when || value.needed_when || value.when || value.required_when) badge("有条件", "warn");
  if (["date", "moment"].includes(shape.of(schema.properties?.from)["x-widget"]) && (value.from || value.to)) badge([value.from, value.to].map((v) => v ?? "…").join(" 至 "), "brand");
  return found;
}
