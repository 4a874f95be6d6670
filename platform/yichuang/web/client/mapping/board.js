// 对应关系: our fields on the left, theirs on the right, between them in words how one becomes the other.

import { el, toast } from "../ui/dom.js";
import { picker } from "../admin/picker.js";
import { Palette } from "./ours.js";
import { lineEditor, together } from "./line.js";
import { extras } from "./extras.js";
import { TYPES, fields, within } from "./theirs.js";
import { complete, fieldOf, lineWords, shown, sourceWords, valueAt } from "./words.js";

export class Board {
  constructor(mapping) {
    this.mapping = mapping;
    this.open = new Set();
    this.rows = new Map();
    this.palette = new Palette(mapping.ours, { used: () => this.used(), pick: (one) => this.picked(one) });
    this.list = el("div", { class: "their-list" });
    this.progress = el("span", { class: "muted small", role: "status" });
    this.node = el("div", { class: "board" }, this.palette.node, el("section", { class: "theirs", "aria-label": "对方字段" }, el("div", { class: "column-head" }, el("h2", {}, "对方字段"), this.progress, el("span", { class: "grow" }),
      el("button", { type: "button", class: "button small quiet", onclick: () => this.mapping.editor.choose(this.mapping.groupOf("schema")) }, "改对方格式…")), this.list));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.holding) this.hold(null); });
  }

  get body() { return this.mapping.editor.draft.body; }

  // ------------------------------------------------------------ drawing
  draw(focus = "") {
    const all = fields(this.body.schema ?? {});
    this.fields = new Map(all.map((field) => [field.path, field]));
    this.index();
    this.rows.clear();
    this.list.replaceChildren(...(all.length ? all.map((field) => { const row = new Row(this, field); this.rows.set(field.path, row); return row.draw(); }) : [this.empty()]), extras(this));
    this.palette.draw();
    this.mark();
    if (focus) this.list.querySelector(focus)?.focus();
    this.mapping.editor.findings?.mark();
  }

  // Lines by the field they fill, with their place in the definition.
  index() {
    this.lines = new Map();
    this.strays = [];
    const walk = (lines, list, place, outer) => {
      for (const [index, line] of (lines ?? []).entries()) {
        const entry = { line, place: [...place, index], holder: lines, list, each: outer };
        const path = line.to === undefined ? "" : list ? `${list}[].${line.to}` : line.to;
        if (line.columns || !this.fields.has(path)) this.strays.push(entry);
        else this.lines.set(path, [...(this.lines.get(path) ?? []), entry]);
        if (line.each !== undefined && !line.columns && line.to !== undefined && this.fields.has(path)) walk(line.lines, path, [...place, index, "lines"], line.each);
      }
    };
    walk(this.body.lines, "", ["lines"], "");
  }

  // The fields that a flat line fills: `name{n}` with 3 columns fills name1, name2, name3.
  flat(path) {
    return this.strays.find(({ line }) => line.columns && (line.lines ?? []).some((inner) => { const at = String(inner.to ?? "").split("{n}"); return at.length === 2 && path.startsWith(at[0]) && path.endsWith(at[1]) && /^\d+$/.test(path.slice(at[0].length, path.length - at[1].length)) && +path.slice(at[0].length, path.length - at[1].length) <= line.columns.most; }))?.line;
  }

  empty() {
    return el("div", { class: "empty" }, el("p", {}, "还没有对方字段。先粘贴或上传对方系统的 JSON Schema，或自己添加字段。"), el("button", { type: "button", class: "button primary", onclick: () => this.mapping.editor.choose(this.mapping.groupOf("schema")) }, "设置对方格式"));
  }

  used() {
    const counts = new Map(), note = (path, each) => {
      if (!path) return;
      const whole = path.startsWith("row.") ? `${each}[].${path.slice(4)}` : path;
      counts.set(whole, (counts.get(whole) ?? 0) + 1);
    };
    const walk = (lines, each) => { for (const line of lines ?? []) {
      for (const path of [line.from].flat()) note(path, each);
      for (const one of line.choose ?? []) for (const path of [one.from].flat()) note(path, each);
      if (line.each) { note(line.each, each); walk(line.lines, line.each); }
    } };
    walk(this.body.lines, "");
    return counts;
  }

  // What the trial said: values beside the lines, faults below them.
  mark() {
    const { trial } = this.mapping, faults = new Map();
    for (const fault of [...(trial?.faults ?? []), ...(trial?.verdict ?? [])]) faults.set(fieldOf(fault.to), [...(faults.get(fieldOf(fault.to)) ?? []), fault]);
    for (const row of this.rows.values()) row.mark(trial, faults.get(row.field.path) ?? []);
    const leaves = [...this.fields.values()].filter((field) => field.type !== "object"), done = leaves.filter((field) => this.lines.has(field.path) || this.flat(field.path)).length;
    const missing = leaves.filter((field) => field.required && !this.lines.has(field.path) && !this.flat(field.path)).length;
    this.progress.textContent = leaves.length ? `${leaves.length} 个字段，已对应 ${done} 个${missing ? `，还缺必填 ${missing} 个` : ""}` : "";
    this.progress.classList.toggle("bad-words", missing > 0);
  }

  reveal(path) {
    this.open.add(path);
    this.draw();
    const row = this.rows.get(path);
    row?.node.scrollIntoView({ block: "center" });
    row?.node.querySelector("button, input")?.focus({ preventScroll: true });
    row?.node.classList.add("flash");
    setTimeout(() => row?.node.classList.remove("flash"), 1600);
  }

  pathOfPlace(place) {
    for (const [path, entries] of this.lines ?? []) if (entries.some((entry) => entry.place.every((step, index) => String(step) === String(place[index])) && entry.place.length >= place.filter((step) => /^\d+$/.test(step)).length)) return path;
    return "";
  }

  // ------------------------------------------------------------ putting one of ours to one of theirs
  picked(one) {
    const at = [...this.lines].find(([, entries]) => entries.some(({ line, each }) => [line.each, line.from].flat().some((path) => path === one.path || `${each}[].${String(path).slice(4)}` === one.path)))?.[0];
    if (this.holding === one.path) this.hold(null);
    else { this.hold(one.path); if (at) { this.rows.get(at)?.node.scrollIntoView({ block: "nearest" }); this.rows.get(at)?.node.classList.add("flash"); } toast(`已拿起“${one.title}”：点右边字段的“放到这里”，按 Esc 放下`); }
  }

  hold(path) {
    this.holding = path;
    this.node.classList.toggle("holding", Boolean(path));
    this.palette.list.querySelectorAll(".our").forEach((node) => node.setAttribute("aria-pressed", String(node.dataset.path === path)));
  }

  place(field, path, append = false) {
    const ours = this.mapping.ours.titles.get(path), list = path.includes("[]") ? path.slice(0, path.lastIndexOf("[]")) : "";
    this.hold(null);
    if (!ours) return;
    if (field.type === "object") return toast(`“${field.title}”是一组栏目，请放到它里面的字段上`);
    if (field.type === "array" && !ours.repeated && !list) return toast(`“${field.title}”是明细，请放上一项重复的内容`);
    if (field.type !== "array" && ours.repeated && ours.type !== "texts") return toast(`“${ours.title}”有多行，请放到明细字段上，或用下面的“平铺成列”`);
    if (list && !field.list && field.type !== "array") return toast(`“${ours.title}”是每一行里的栏目，请放到明细里的字段上`);
    this.change(() => {
      if (field.type === "array") return this.listLine(field, list || path);
      const holder = field.list ? this.listLine(this.fields.get(field.list), list) : null;
      const lines = holder ? (holder.lines ??= []) : (this.body.lines ??= []), to = within(field.path, field.list);
      const from = list && holder?.each === list ? `row.${path.slice(list.length + 3)}` : path;
      let line = lines.find((one) => one.to === to);
      const kept = append && line?.from ? [line.from].flat() : [], next = [...kept, from];
      if (!line) lines.push((line = { to }));
      delete line.value;
      delete line.choose;
      line.from = next.length > 1 ? next : from;
      together(line, this.mapping.ours, next, holder?.each ?? "");
    });
    this.draw(`[data-field="${CSS.escape(field.path)}"] button`);
  }

  // The line of a list of theirs, made where it isn't there.
  listLine(field, each) {
    const outer = field.list ? this.listLine(this.fields.get(field.list), "") : null, lines = outer ? (outer.lines ??= []) : (this.body.lines ??= []), to = within(field.path, field.list);
    let line = lines.find((one) => one.to === to);
    if (!line) lines.push((line = { to, each, lines: [] }));
    else if (each && !line.each) line.each = each;
    return line;
  }

  // A new line with what its source needs at once.
  fitted(line, each = "") {
    if (line.from) together(line, this.mapping.ours, [line.from], each);
    return line;
  }

  change(mutate, key) { this.mapping.editor.draft.change(mutate, key); }

  add(field, line) {
    const outer = field.list ? this.lines.get(field.list)?.[0]?.line : null;
    if (field.list && !outer) return toast(`先为“${this.fields.get(field.list).title}”选好逐行取自哪里`);
    const made = this.fitted({ to: within(field.path, field.list), ...line }, outer?.each);
    this.change(() => { (outer ? (outer.lines ??= []) : (this.body.lines ??= [])).push(made); });
    this.open.add(field.path);
    this.draw();
    return true;
  }
}

// One field of theirs with its lines.
class Row {
  constructor(board, field) { Object.assign(this, { board, field, node: el("div") }); }

  get entries() { return this.board.lines.get(this.field.path) ?? []; }

  draw() {
    const { board, field, entries } = this, flat = board.flat(field.path), open = board.open.has(field.path);
    const node = el("div", { class: `their depth-${Math.min(field.depth, 4)} is-${field.type} ${entries.length || flat ? "mapped" : ""} ${open ? "open" : ""} field`, "data-field": field.path, "data-place": entries[0]?.place.join("/") },
      el("div", { class: "their-head" }, el("div", { class: "their-name" }, el("strong", {}, field.title), field.required ? el("span", { class: "needed", title: "必填" }, "*", el("span", { class: "visually-hidden" }, "必填")) : null, el("small", { class: "muted" }, el("span", { class: "mono" }, field.name), ` · ${TYPES[field.type] ?? field.type}`)),
        (this.value = el("span", { class: "their-value" }))),
      field.type === "object" ? null : this.body(entries, flat, open), (this.faults = el("div", { class: "their-faults", role: "status" })), el("div", { class: "spot" }));
    this.drops(node);
    this.node.replaceWith(node);
    this.node = node;
    return node;
  }

  body(entries, flat, open) {
    const { board, field } = this, titleOf = (each) => (path) => board.mapping.ours.full(path, each), steps = new Map(board.mapping.steps);
    if (!entries.length) return el("div", { class: "their-empty" }, flat ? el("span", { class: "muted small" }, `由“${board.mapping.ours.title(flat.each)}”平铺填入`) : this.chooser(), this.here());
    return el("div", { class: "their-lines" }, entries.map(({ line, each }, index) => el("div", { class: `their-line ${complete(line) ? "" : "unfinished"}` },
      el("button", { type: "button", class: "line-open", "aria-expanded": String(open), "aria-label": `${field.title}：${lineWords(line, titleOf(each), (code) => steps.get(code) ?? code).join("，")}`, onclick: () => this.toggle() },
        el("span", { class: "arrow", "aria-hidden": "true" }, "←"), el("span", { class: "line-source" }, sourceWords(line, titleOf(each))), lineWords(line, titleOf(each), (code) => steps.get(code) ?? code).slice(1).map((words) => el("span", { class: "step-chip" }, words)), el("span", { class: "chevron", "aria-hidden": "true" })),
      open ? this.editor(entries[index]) : null)), this.here());
  }

  editor(entry) {
    const { board, field } = this, { line, place, holder, each } = entry;
    const again = (focus) => { board.index(); this.draw(); board.palette.draw(); board.mark(); if (line.each !== undefined) board.draw(); const at = focus && this.node.querySelector(focus); (at ?? (focus ? this.node.querySelector("input, button") : null))?.focus(); };
    return lineEditor({ line, place, field, each, outer: each, mapping: board.mapping, change: (mutate, key) => board.change(mutate, key && `${place.join("/")}/${key}`), again, head: () => this.head(),
      another: () => board.add(field, { from: "" }), remove: () => { board.change(() => { holder.splice(holder.indexOf(line), 1); }); board.open.delete(field.path); board.draw(`[data-field="${CSS.escape(field.path)}"] :is(input, button)`); } });
  }

  // The words of the lines anew, without touching what is being typed.
  head() {
    const { board } = this, steps = new Map(board.mapping.steps);
    [...this.node.querySelectorAll(".line-open")].forEach((button, index) => {
      const { line, each } = this.entries[index], [source, ...rest] = lineWords(line, (path) => board.mapping.ours.full(path, each), (code) => steps.get(code) ?? code);
      button.querySelector(".line-source").textContent = source;
      button.querySelectorAll(".step-chip").forEach((chip) => chip.remove());
      button.querySelector(".chevron").before(...rest.map((words) => el("span", { class: "step-chip" }, words)));
    });
  }

  // Nothing chosen yet: pick one of ours, or a fixed value, or by cases.
  chooser() {
    const { board, field } = this, list = field.type === "array", each = field.list ? board.lines.get(field.list)?.[0]?.line.each ?? "" : "";
    const pick = picker({ label: `${field.title} 取自`, options: list ? board.mapping.ours.repeated(each) : board.mapping.ours.single(each), optional: false, keep: false, placeholder: list ? "选择我方的重复内容…" : "选择我方内容…", pick: (path) => {
      if (!path) return;
      if (board.add(field, list ? { each: path, lines: [] } : { from: path })) { if (!list) board.open.delete(field.path); board.draw(`[data-field="${CSS.escape(field.path)}"] .line-open`); }
    } });
    return el("div", { class: "chooser" }, pick, list ? null : el("button", { type: "button", class: "button small quiet", "aria-label": `${field.title} 填固定值`, onclick: () => board.add(field, { value: field.options?.[0] ?? "" }) && board.rows.get(field.path).node.querySelector(".sources :is(input, select)")?.focus() }, "固定值"),
      list ? null : el("button", { type: "button", class: "button small quiet", "aria-label": `${field.title} 分情况`, onclick: () => board.add(field, { choose: [{ when: { fact: "", op: "eq", value: "" }, value: "" }, { otherwise: true, value: "" }] }) }, "分情况"));
  }

  here() {
    const mapped = this.entries.length > 0;
    return el("span", { class: "here" }, el("button", { type: "button", class: "button small", onclick: () => this.board.place(this.field, this.board.holding) }, mapped ? "换成它" : "放到这里"), mapped && this.field.type !== "array" ? el("button", { type: "button", class: "button small", onclick: () => this.board.place(this.field, this.board.holding, true) }, "＋ 并进来") : null);
  }

  toggle() {
    const { open } = this.board, { path } = this.field, was = open.has(path);
    was ? open.delete(path) : open.add(path);
    this.draw();
    this.board.mark();
    this.node.querySelector(".line-open")?.focus();
  }

  drops(node) {
    if (this.field.type === "object") return;
    node.addEventListener("dragover", (event) => { event.preventDefault(); node.classList.add("over"); });
    node.addEventListener("dragleave", (event) => { if (!node.contains(event.relatedTarget)) node.classList.remove("over"); });
    node.addEventListener("drop", (event) => { event.preventDefault(); node.classList.remove("over"); document.body.classList.remove("dragging-field"); this.board.place(this.field, event.dataTransfer.getData("text/plain"), event.shiftKey); });
  }

  mark(trial, faults) {
    const value = trial?.body === undefined || this.field.type === "object" ? undefined : valueAt(trial.body, this.field.path);
    const words = value === undefined ? "" : Array.isArray(value) && this.field.type === "array" ? `${value.length} 行` : shown(value);
    this.value.textContent = words.length > 40 ? `${words.slice(0, 38)}…` : words;
    this.value.title = words;
    this.node.classList.toggle("faulty", faults.length > 0);
    this.faults.replaceChildren(...faults.slice(0, 3).map((fault) => el("p", {}, fault.message, fault.remedy ? el("span", { class: "muted" }, ` ${fault.remedy}`) : null)));
  }
}
