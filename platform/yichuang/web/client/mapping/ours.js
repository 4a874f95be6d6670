// What is only of use part by part.
export const WHOLES = new Set(["person", "organisation", "object"]);

// Our fields: titles, groups by where they come from, the list they are picked or dragged from.

import { el } from "../ui/dom.js";

const KINDS = { text: "", number: "数字", boolean: "是／否", date: "日期", moment: "时间", datetime: "时间", texts: "多选", rows: "重复", list: "重复", file: "附件", files: "附件" };

export class Ours {
  // paths: [{path, title, type, repeated, group}]
  constructor(paths) {
    this.all = paths;
    this.titles = new Map(paths.map((one) => [one.path, one]));
  }

  title(path) { return this.titles.get(path)?.title ?? `${path}（找不到）`; }
  group(path) { return this.titles.get(path)?.group ?? ""; }
  // With its group, where the title alone could be anything (姓名).
  full(path, each = "") {
    if (path.startsWith("row.") && each) return this.rowTitle(path, each);
    const one = this.titles.get(path);
    return one ? (one.group && !one.title.includes(one.group) && GENERAL.has(one.group) ? `${one.group}${one.title}` : one.title) : `${path}（找不到）`;
  }

  rowTitle(path, each) { return path === "row.number" ? "行号（从 1 起）" : path === "row" ? "这一行" : this.titles.get(`${each}[].${path.slice(4)}`)?.title ?? `${path}（找不到）`; }

  // What may be the source of an ordinary line; inside the rows of `each` also those of the row.
  single(each = "") {
    const whole = /files$/.test(each) ? [{ code: "row", title: "这一行", hint: "附件", group: "本行" }] : [];
    const rows = each ? [...whole, { code: "row.number", title: "行号（从 1 起）", hint: "数字", group: "本行" }, ...this.all.filter((one) => one.path.startsWith(`${each}[].`) && !one.path.slice(each.length + 3).includes("[]") && !WHOLES.has(one.type)).map((one) => ({ code: `row.${one.path.slice(each.length + 3)}`, title: one.title, hint: KINDS[one.type] ?? "", group: "本行" }))] : [];
    return [...rows, ...this.all.filter((one) => !one.path.includes("[]") && !WHOLES.has(one.type)).map((one) => ({ code: one.path, title: one.title, hint: one.repeated ? "重复" : KINDS[one.type] ?? "", group: one.group }))];
  }

  // What a value of ours needs at once, so that it is one text over there: an address is put together, several are joined.
  needed(paths, each = "") {
    const kinds = paths.filter(Boolean).map((path) => this.titles.get(path.startsWith("row.") ? `${each}[].${path.slice(4)}` : path)?.type);
    if (kinds.includes("address") || (paths.length > 1 && paths.some((path) => path.endsWith(".division")))) return { use: "address", part: "whole" };
    return paths.length > 1 ? { use: "join", with: "" } : null;
  }

  repeated(each = "") {
    const rows = each ? this.all.filter((one) => one.repeated && one.path.startsWith(`${each}[].`) && !one.path.slice(each.length + 3).includes("[]")).map((one) => ({ code: `row.${one.path.slice(each.length + 3)}`, title: one.title, group: "本行" })) : [];
    return [...rows, ...this.all.filter((one) => one.repeated && !one.path.includes("[]")).map((one) => ({ code: one.path, title: one.title, hint: "", group: one.group }))];
  }
}

const GENERAL = new Set(["申请人", "代理人", "联系人"]);

// The column on the left. `used` counts the lines by path, `pick(path)` is a click or Enter on one.
export class Palette {
  constructor(ours, { used, pick }) {
    Object.assign(this, { ours, used, pick, query: "", unused: false });
    this.list = el("div", { class: "ours-list" });
    const search = el("input", { class: "input small", type: "search", placeholder: "查找我方内容", "aria-label": "查找我方内容" });
    search.addEventListener("input", (event) => { if (!event.isComposing) { this.query = search.value.trim().toLowerCase(); this.draw(); } });
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => { this.unused = box.checked; this.draw(); });
    this.node = el("section", { class: "ours", "aria-label": "我方内容" }, el("div", { class: "column-head" }, el("h2", {}, "我方内容"), search, el("label", { class: "choice small" }, box, "只看没有用到的")), this.list);
  }

  draw() {
    const used = this.used(), words = this.query.split(/\s+/).filter(Boolean);
    const fits = (one) => words.every((word) => `${one.title} ${one.path} ${one.group}`.toLowerCase().includes(word)) && !(this.unused && used.get(one.path));
    const groups = new Map();
    for (const one of this.ours.all) if (!one.path.includes("[]") && fits(one)) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((node) => node.dataset.group));
    const first = !this.list.firstChild;
    const top = this.list.scrollTop;
    this.list.replaceChildren(...[...groups].map(([group, list], index) => el("details", { class: "ours-group", "data-group": group, open: words.length || this.unused || (first ? ["申请表", "申请人"].includes(group) || (index === 0 && groups.size < 3) : open.has(group)) },
      el("summary", {}, group || "其他", el("span", { class: "muted small" }, ` ${list.length}`)), el("ul", {}, list.map((one) => el("li", {}, this.chip(one, used.get(one.path) ?? 0)))))));
    if (!this.ours.all.some((one) => one.path.startsWith("form."))) this.list.prepend(el("p", { class: "hint our-hint" }, "要用申请表的栏目，请先在“基本”里选事项。"));
    if (!groups.size) this.list.replaceChildren(el("p", { class: "empty small" }, "没有找到"));
    this.list.scrollTop = top;
  }

  chip(one, count) {
    if (WHOLES.has(one.type)) return el("span", { class: "our whole" }, el("span", {}, one.title));
    const part = one.title.includes(" › ") && this.ours.titles.has(one.path.slice(0, one.path.lastIndexOf("."))), words = part ? one.title.split(" › ").pop() : one.title;
    const node = el("button", { type: "button", "aria-label": part ? one.title : undefined, class: `our ${part ? "part" : ""} ${one.repeated ? "repeated" : ""} ${count ? "used" : ""}`, draggable: "true", "data-path": one.path, title: one.path, onclick: () => this.pick(one) },
      el("span", {}, words), one.repeated ? el("small", {}, "重复") : KINDS[one.type] ? el("small", {}, KINDS[one.type]) : null, count ? el("span", { class: "used-mark", title: `已用于 ${count} 处` }, "✓", el("span", { class: "visually-hidden" }, "已使用")) : null);
    node.addEventListener("dragstart", (event) => { event.dataTransfer.setData("text/plain", one.path); event.dataTransfer.effectAllowed = "copy"; document.body.classList.add("dragging-field"); });
    node.addEventListener("dragend", () => document.body.classList.remove("dragging-field"));
    return node;
  }
}
