// Below the other side's fields: repeated content laid out as columns, and lines whose field the other side's format doesn't have.

import { el, toast } from "../ui/dom.js";
import { picker } from "../admin/picker.js";
import { lineEditor } from "./line.js";
import { add } from "./theirs.js";
import { lineWords } from "./words.js";

export function extras(board) {
  const flat = board.strays.filter(({ line }) => line.columns), lost = board.strays.filter(({ line }) => !line.columns);
  return el("div", { class: "extras" },
    lost.length ? el("section", { class: "extra-part", "aria-label": "对方格式中没有的字段" }, el("h3", {}, "对方格式中没有的字段"), el("p", { class: "hint" }, "这些对应关系指向的字段不在对方格式里：改名后请移到新字段，或把字段加进对方格式。"), lost.map((entry) => lostLine(board, entry))) : null,
    flat.map((entry) => flatLine(board, entry)),
    board.fields.size ? el("button", { type: "button", class: "button small quiet", onclick: () => { board.change(() => { (board.body.lines ??= []).push({ each: "", columns: { most: 5 }, lines: [] }); }); board.draw(); board.list.querySelector(".flat-part:last-of-type input")?.focus(); } }, "＋ 重复内容平铺成列（如 name1、name2…）") : null);
}

function lostLine(board, entry) {
  const { line, place, holder, list, each } = entry, path = list ? `${list}[].${line.to}` : line.to;
  const offered = [...board.fields.values()].filter((field) => field.type !== "object" && field.list === list && !board.lines.has(field.path)).map((field) => ({ code: field.path, title: field.title, hint: field.name }));
  return el("div", { class: "lost-line field", "data-place": place.join("/") }, el("div", {}, el("strong", { class: "mono" }, path || "（没有写字段）"), el("span", { class: "muted" }, ` ← ${lineWords(line, (one) => board.mapping.ours.full(one, each)).join(" · ")}`)),
    el("div", { class: "row" }, offered.length ? picker({ label: `${path} 移到`, options: offered, optional: false, keep: false, placeholder: "移到对方字段…", pick: (to) => { if (to) { board.change(() => { line.to = list ? to.slice(list.length + 3) : to; }); board.draw(`[data-field="${CSS.escape(to)}"] button`); } } }) : null,
      path ? el("button", { type: "button", class: "button small quiet", onclick: () => { board.change(() => { add((board.body.schema ??= { type: "object", properties: {} }), path, line.each !== undefined ? { type: "array", items: { type: "object", properties: {} } } : { type: "string" }); }); board.draw(); toast(`已把 ${path} 加进对方格式`); } }, "加进对方格式") : null,
      el("button", { type: "button", class: "button small quiet danger", onclick: () => { board.change(() => { holder.splice(holder.indexOf(line), 1); }); board.draw(); } }, "去掉")), el("div", { class: "spot" }));
}

function flatLine(board, { line, place, holder }) {
  const change = (mutate, key) => board.change(mutate, key && `${place.join("/")}/${key}`), { ours } = board.mapping;
  const most = el("input", { class: "input small short", inputmode: "numeric", "aria-label": "最多几行" });
  most.value = line.columns.most ?? "";
  most.addEventListener("input", () => change(() => { line.columns.most = /^\d+$/.test(most.value) ? Number(most.value) : most.value; }, "most"));
  most.addEventListener("change", () => board.draw());
  return el("section", { class: "extra-part flat-part field", "aria-label": "平铺成列", "data-place": place.join("/") }, el("h3", {}, "平铺成列"),
    el("div", { class: "row flat-head" }, picker({ label: "逐行取自", options: ours.repeated(), chosen: line.each, optional: false, placeholder: "选择我方的重复内容…", pick: (code) => { change(() => { line.each = code; }); board.draw(); } }), el("label", { class: "small row" }, "最多", most, "行，超出算作错误"),
      el("button", { type: "button", class: "button small quiet danger", onclick: () => { board.change(() => { holder.splice(holder.indexOf(line), 1); }); board.draw(); } }, "去掉")),
    (line.lines ?? []).map((inner, index) => column(board, line, inner, [...place, "lines", index], change)),
    line.each ? picker({ label: "添加一列", options: ours.single(line.each).filter((one) => one.group === "本行"), optional: false, keep: false, placeholder: "＋ 添加一列…", pick: (code) => { if (code) { change(() => { (line.lines ??= []).push({ to: `${code.slice(4).split(".").pop()}{n}`, from: code }); }); board.draw(); } } }) : null, el("div", { class: "spot" }));
}

function column(board, outer, inner, place, change) {
  const name = el("input", { class: "input small mono", "aria-label": "列名，{n} 处为序号", autocomplete: "off" }), open = board.open.has(inner);
  name.value = inner.to ?? "";
  name.addEventListener("input", () => change(() => { inner.to = name.value; }, `to-${place.at(-1)}`));
  name.addEventListener("change", () => board.draw());
  const words = lineWords(inner, (path) => board.mapping.ours.full(path, outer.each));
  return el("div", { class: "flat-column field", "data-place": place.join("/") }, el("div", { class: "row" }, name, el("span", { class: "arrow", "aria-hidden": "true" }, "←"), el("button", { type: "button", class: "line-open", "aria-expanded": String(open), onclick: () => { open ? board.open.delete(inner) : board.open.add(inner); board.draw(); } }, words[0], words.slice(1).map((one) => el("span", { class: "step-chip" }, one)), el("span", { class: "chevron", "aria-hidden": "true" }))),
    open ? lineEditor({ line: inner, place, field: null, each: outer.each, mapping: board.mapping, change: (mutate, key) => change(mutate, key && `${place.at(-1)}-${key}`), again: () => board.draw(), head: () => {}, remove: () => { board.change(() => { outer.lines.splice(outer.lines.indexOf(inner), 1); }); board.draw(); } }) : null, el("div", { class: "spot" }));
}
