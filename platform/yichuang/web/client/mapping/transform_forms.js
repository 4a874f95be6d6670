// The transforms of one line: a list to add to, to order and to set with plain fields.

import { el } from "../ui/dom.js";
import { picker } from "../admin/picker.js";
import { TRANSFORMS, transformOf, wordsOf } from "./transforms.js";

const NEEDED = new Set(["with", "by", "text", "value", "true", "false"]);
let number = 0;

// `list()` the transforms, `change(mutate)` works on the line, `ours` the options of our field for code tables ([[code, title]]).
export function transformList({ line, change, again, head, options, tables }) {
  const list = line.transforms ?? [];
  const write = (next) => { change(() => { if (next.length) line.transforms = next; else delete line.transforms; }); again(); };
  const add = (use) => { if (use) { write([...list, transformOf(use).fresh(line)]); } };
  return el("div", { class: "transforms" },
    list.length ? el("ol", { class: "transform-list" }, list.map((transform, index) => one({ transform, index, list, change, again, head, write, options, tables }))) : null,
    adder(add, list));
}

function adder(add, list) {
  const offered = TRANSFORMS.map((one) => ({ code: one.use, title: one.title, hint: one.hint ?? "", group: one.group }));
  const node = picker({ label: "添加转换", options: offered, optional: false, keep: false, placeholder: list.length ? "＋ 再加一步转换…" : "＋ 添加转换（不加则原样送出）…", pick: add });
  node.classList.add("adder");
  return node;
}

function one({ transform, index, list, change, again, head, write, options, tables }) {
  const known = transformOf(transform.use);
  const tool = (words, label, act, off) => el("button", { type: "button", class: "tool", "aria-label": `${label}：${known.title}`, title: label, disabled: off, onclick: act }, words);
  const move = (to) => { const next = [...list]; next.splice(to, 0, ...next.splice(index, 1)); write(next); };
  const words = el("span", { class: "muted small" }, wordsOf(transform));
  const set = (key, value, redraw = false) => { change(() => { if (value === undefined) delete transform[key]; else transform[key] = value; }, `t-${index}-${key}`); words.textContent = wordsOf(transform); redraw ? again() : head(); };
  return el("li", { class: "transform", "data-use": transform.use }, el("div", { class: "transform-head" }, el("strong", {}, known.title), words, el("span", { class: "grow" }),
    tool("↑", "上移", () => move(index - 1), index === 0), tool("↓", "下移", () => move(index + 1), index === list.length - 1), tool("×", "去掉", () => write(list.filter((_, at) => at !== index)))),
    known.fields.length ? el("div", { class: "transform-fields" }, known.fields.filter((field) => !field.more).map((field) => setting(field, transform, set, options, tables)), rare(known, transform, set, tables)) : null);
}

// Settings that are seldom needed stand behind a summary.
function rare(known, transform, set, tables) {
  const fields = known.fields.filter((field) => field.more);
  if (!fields.length) return null;
  const details = el("details", { class: "more" }, el("summary", {}, "用代码表"), el("div", { class: "transform-fields" }, fields.map((field) => setting(field, transform, set, null, tables))));
  details.open = fields.some((field) => transform[field.key] !== undefined);
  return details;
}

function setting(field, transform, set, options, tables) {
  const id = `t-${(number += 1)}`, value = transform[field.key];
  const label = (node) => el("div", { class: `setting is-${field.kind}` }, el("label", { for: id, class: "small" }, field.title), node, field.hint ? el("small", { class: "muted" }, field.hint) : null);
  if (field.kind === "pairs") return pairs(field, transform, set, options);
  if (field.kind === "unknown") return unknown(field, transform, set);
  if (field.kind === "toggle") {
    const box = el("input", { type: "checkbox", id }), marked = field.inverted ? false : true;
    box.checked = value === marked;
    box.addEventListener("change", () => set(field.key, box.checked ? marked : undefined));
    return el("div", { class: "setting" }, el("label", { class: "choice small" }, box, field.title), field.hint ? el("small", { class: "muted" }, field.hint) : null);
  }
  if (field.kind === "table") {
    const slot = el("div", {});
    tables().then((offered) => slot.replaceChildren(picker({ label: field.title, options: offered, chosen: value, placeholder: "不用代码表", pick: (code) => set(field.key, code) })));
    return el("div", { class: "setting is-table" }, el("span", { class: "small" }, field.title), slot, field.hint ? el("small", { class: "muted" }, field.hint) : null);
  }
  if (field.kind === "choice") return label(choice(field, transform, set, id));
  const input = el("input", { class: `input small ${field.kind === "number" ? "short" : ""}`, id, inputmode: field.kind === "number" ? "numeric" : undefined, autocomplete: "off" });
  input.value = value === undefined || value === null ? "" : Array.isArray(value) ? value.join("、") : String(value);
  input.addEventListener("input", () => set(field.key, field.kind === "list" ? (input.value.trim() ? input.value.split(/[、,，]/).map((one) => one.trim()).filter(Boolean) : undefined) : field.kind === "number" ? (/^-?\d+$/.test(input.value.trim()) ? Number(input.value) : input.value.trim() === "" ? undefined : input.value) : input.value === "" && !NEEDED.has(field.key) ? undefined : input.value));
  return label(input);
}

// One of a list, where `own` allows to type what the list doesn't hold.
function choice(field, transform, set, id) {
  const value = transform[field.key], index = field.options.findIndex(([code]) => code === value), other = value !== undefined && index < 0;
  const select = el("select", { class: "input small", id }, field.optional ? el("option", { value: "" }, field.optional) : null, field.options.map(([, title], at) => el("option", { value: String(at) }, title)), field.own ? el("option", { value: "own" }, field.own) : null);
  select.value = other ? "own" : index >= 0 ? String(index) : "";
  const typed = el("input", { class: "input small", "aria-label": `${field.title}（${field.own}）`, placeholder: "如 yyyy年M月d日", hidden: !other });
  typed.value = other ? String(value) : "";
  typed.addEventListener("input", () => set(field.key, typed.value));
  select.addEventListener("change", () => {
    typed.hidden = select.value !== "own";
    if (select.value === "own") { typed.focus(); return; }
    set(field.key, select.value === "" ? undefined : field.options[+select.value][0]);
  });
  return field.own ? el("span", { class: "own-choice" }, select, typed) : select;
}

// What becomes of a value that the table doesn't hold.
function unknown(field, transform, set) {
  const id = `t-${(number += 1)}`, value = transform[field.key] ?? "fault", fixed = typeof value === "object" && value !== null;
  const select = el("select", { class: "input small", id }, [["fault", "算作错误，转人工处理"], ["keep", "原样送出"], ["value", "改送固定值"]].map(([code, title]) => el("option", { value: code }, title)));
  select.value = fixed ? "value" : value;
  const typed = el("input", { class: "input small short", "aria-label": "固定值", hidden: !fixed });
  typed.value = fixed ? String(value.value ?? "") : "";
  typed.addEventListener("input", () => set(field.key, { value: typed.value }));
  select.addEventListener("change", () => { typed.hidden = select.value !== "value"; set(field.key, select.value === "value" ? { value: typed.value } : select.value); if (!typed.hidden) typed.focus(); });
  return el("div", { class: "setting" }, el("label", { for: id, class: "small" }, field.title), el("span", { class: "own-choice" }, select, typed));
}

// A table of pairs: ours | theirs. Where our field has options, all of them can be laid out at once.
function pairs(field, transform, set, options) {
  let rows = Object.entries(transform[field.key] ?? {});
  const known = new Map(options ?? []), box = el("div", { class: "pairs", role: "group", "aria-label": field.title });
  const write = () => set(field.key, Object.fromEntries(rows.filter(([from, to]) => from !== "" || to !== "")));
  const cell = (row, index, side, label) => {
    const input = el("input", { class: "input small", "aria-label": `${label}（第 ${index + 1} 对）`, autocomplete: "off" });
    input.value = row[side] ?? "";
    input.addEventListener("input", () => { row[side] = input.value; write(); if (side === 0) title.textContent = known.get(input.value) ?? ""; });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); if (side === 1 && index === rows.length - 1) { rows.push(["", ""]); draw(index + 1); } else box.querySelectorAll("tbody tr")[side === 1 ? index + 1 : index]?.querySelectorAll("input")[side === 1 ? 0 : 1]?.focus(); } });
    const title = el("small", { class: "muted" }, known.get(row[0]) ?? "");
    return side === 0 ? [input, known.size ? title : null] : [input];
  };
  function draw(focus = -1) {
    box.replaceChildren(...[el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "我方"), el("th", { scope: "col" }, "对方"), el("td"))), el("tbody", {}, rows.map((row, index) => el("tr", {}, el("td", {}, cell(row, index, 0, "我方")), el("td", {}, cell(row, index, 1, "对方")),
      el("td", {}, el("button", { type: "button", class: "tool", "aria-label": `删除第 ${index + 1} 对`, onclick: () => { rows.splice(index, 1); write(); draw(); } }, "×")))))),
    el("div", { class: "row" }, el("button", { type: "button", class: "button small quiet", onclick: () => { rows.push(["", ""]); draw(rows.length - 1); } }, "＋ 添加一对"),
      known.size && [...known.keys()].some((code) => !rows.some(([from]) => from === code)) ? el("button", { type: "button", class: "button small quiet", onclick: () => { for (const code of known.keys()) if (!rows.some(([from]) => from === code)) rows.push([code, ""]); write(); draw(rows.findIndex(([, to]) => to === "")); } }, `列出全部 ${known.size} 项`) : null)].filter(Boolean));
    if (focus >= 0) box.querySelectorAll("tbody tr")[focus]?.querySelectorAll("input")[rows[focus][0] === "" ? 0 : 1]?.focus();
  }
  draw();
  return box;
}
