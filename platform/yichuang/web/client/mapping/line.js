// One line, opened: where the value comes from, what happens to it, when it is sent.

import { el } from "../ui/dom.js";
import { conditionBox } from "../admin/condition.js";
import { picker } from "../admin/picker.js";
import { transformList } from "./transform_forms.js";
import { listed, shown } from "./words.js";

let number = 0;
export const MODES = [["from", "我方内容"], ["value", "固定值"], ["choose", "分情况"]];
export const modeOf = (line) => (line.each !== undefined ? "each" : Array.isArray(line.choose) ? "choose" : line.value !== undefined ? "value" : "from");

// use: {line, place, field (theirs, or null), each (of the rows around it), mapping, change(mutate, key), again(focus), head(), remove()}
export function lineEditor(use) {
  const { line, field, mapping } = use, mode = modeOf(line), list = mode === "each";
  return el("div", { class: "line-editor" },
    list ? eachSource(use) : el("div", { class: "source-mode" }, el("span", { class: "segments", role: "group", "aria-label": "取值方式" }, MODES.map(([code, title]) => el("button", { type: "button", "aria-pressed": String(mode === code), onclick: () => turn(use, code) }, title)))),
    mode === "from" ? sources(use) : mode === "value" ? constant(use) : mode === "choose" ? choices(use) : null,
    list ? null : section("转换", transformList({ line, change: use.change, again: () => use.again(".adder input"), head: use.head, options: optionsOf(use), tables: () => mapping.editor.choices("code_table") })),
    conditions(use, mapping),
    el("div", { class: "line-foot" }, field && !list ? el("button", { type: "button", class: "button small quiet", onclick: use.another }, "＋ 另一条（按环节或条件不同）") : null, el("button", { type: "button", class: "button small quiet danger", onclick: use.remove }, "去掉这条对应")));
}

const section = (title, node) => el("div", { class: "line-section", role: "group", "aria-label": title }, el("span", { class: "small label" }, title), node);

function turn(use, mode) {
  const { line, change, again } = use;
  if (modeOf(line) === mode) return;
  change(() => {
    const kept = listed(line.from);
    for (const key of ["from", "value", "choose"]) delete line[key];
    if (mode === "value") line.value = "";
    else if (mode === "choose") line.choose = [{ when: { fact: "", op: "eq", value: "" }, ...(kept[0] ? { from: kept[0] } : { value: "" }) }, { otherwise: true, value: "" }];
    else line.from = kept.length ? (kept.length > 1 ? kept : kept[0]) : "";
  });
  again(".source-mode ~ * input, .source-mode ~ * select");
}

// The options that the field of ours has ([[code, title]]), for tables of codes.
function optionsOf({ line, each, mapping }) {
  const path = listed(line.from)[0] ?? "";
  return mapping.ours.titles.get(path.startsWith("row.") ? `${each}[].${path.slice(4)}` : path)?.options;
}

function sources(use) {
  const { line, each, mapping, change, again } = use, paths = listed(line.from), rows = paths.length ? paths : [""];
  const write = (next, focus) => { change(() => {
    line.from = next.length > 1 ? next : next[0] ?? "";
    together(line, mapping.ours, next, each);
  }); again(focus); };
  const options = mapping.ours.single(each);
  return el("div", { class: "sources" }, rows.map((path, index) => el("div", { class: "source" },
    picker({ label: rows.length > 1 ? `我方内容 ${index + 1}` : "我方内容", options, chosen: path, optional: false, placeholder: "选择我方内容…", pick: (code) => write(rows.map((old, at) => (at === index ? code : old)), `.source:nth-child(${index + 1}) input`) }),
    rows.length > 1 ? el("button", { type: "button", class: "tool", "aria-label": `去掉 ${mapping.ours.full(path, each)}`, onclick: () => write(rows.filter((_, at) => at !== index)) }, "×") : null)),
  paths.some(Boolean) ? el("button", { type: "button", class: "button small quiet", onclick: () => write([...rows, ""], ".source:last-of-type input") }, "＋ 再加一项（几项合成一个）") : null);
}

// The first transform that makes one value of what is taken, put there or taken away as the sources change.
export function together(line, ours, paths, each) {
  const wanted = ours.needed(paths, each), first = line.transforms?.[0]?.use, joins = ["join", "address", "first"].includes(first);
  if (wanted && !joins) line.transforms = [wanted, ...(line.transforms ?? [])];
  else if (wanted && wanted.use === "address" && first === "join" && !line.transforms[0].with) line.transforms = [wanted, ...line.transforms.slice(1)];
  else if (!wanted && joins && !paths.some((path) => ours.titles.get(path)?.type === "texts")) line.transforms = line.transforms.slice(1);
  if (!line.transforms?.length) delete line.transforms;
}

function eachSource({ line, outer, mapping, change, again }) {
  return el("div", { class: "sources" }, el("label", { class: "small muted" }, "逐行取自"), picker({ label: "逐行取自", options: mapping.ours.repeated(outer), chosen: line.each, optional: false, placeholder: "选择我方的重复内容…", pick: (code) => { change(() => { line.each = code; }); again(); } }),
    el("p", { class: "hint" }, "我方每一行成为对方的一行；每行的栏目在下面逐个对应，“行号”从 1 开始。"));
}

// What is typed, as the field of theirs wants it: a number for numbers, true for booleans.
export function typed(text, type) {
  if (type === "boolean" && /^(true|false|是|否)$/.test(text)) return text === "true" || text === "是";
  if ((type === "number" || type === "integer") && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  return text;
}

function fixed({ field }, holder, change, label) {
  if (field?.options?.length) return select([["", "请选择"], ...field.options.map((value, index) => [String(index), shown(value)])], String(field.options.indexOf(holder.value)).replace("-1", ""), (picked) => change(() => { holder.value = picked === "" ? "" : field.options[+picked]; }), label);
  if (field?.type === "boolean") return select([["true", "是"], ["false", "否"]], String(holder.value), (picked) => change(() => { holder.value = picked === "true"; }), label);
  const input = el("input", { class: "input small", "aria-label": label, autocomplete: "off", placeholder: "每一件都送这个值" });
  input.value = holder.value === undefined ? "" : String(holder.value);
  input.addEventListener("input", () => change(() => { holder.value = typed(input.value, field?.type); }, `value-${label}`));
  return input;
}

function select(options, chosen, pick, label) {
  const node = el("select", { class: "input small", "aria-label": label }, options.map(([code, title]) => el("option", { value: code }, title)));
  node.value = chosen;
  node.addEventListener("change", () => pick(node.value));
  return node;
}

const constant = (use) => el("div", { class: "sources" }, fixed(use, use.line, (mutate, key) => { use.change(mutate, key); use.head(); }, "固定值"));

// The first that holds counts; the last is for all other cases.
function choices(use) {
  const { line, place, mapping, change, again } = use;
  const write = (next) => { change(() => { line.choose = next; }); again(); };
  return el("div", { class: "choices" }, line.choose.map((one, index) => el("div", { class: "choice-card" },
    el("div", { class: "choice-head" }, el("strong", { class: "small" }, one.otherwise ? "其他情况" : index ? "否则，如果" : "如果"), el("span", { class: "grow" }),
      el("button", { type: "button", class: "tool", "aria-label": `上移第 ${index + 1} 种情况`, disabled: !index, onclick: () => { const next = [...line.choose]; next.splice(index - 1, 0, ...next.splice(index, 1)); write(next); } }, "↑"),
      el("button", { type: "button", class: "tool", "aria-label": `删除第 ${index + 1} 种情况`, disabled: line.choose.length < 2, onclick: () => write(line.choose.filter((_, at) => at !== index)) }, "×")),
    one.otherwise ? null : conditionBox({ ctx: mapping.ctx, holder: one, key: "when", place: [...place, "choose", index, "when"], required: true, title: "条件", none: "" }),
    outcome(use, one, index))),
  el("div", { class: "row" }, el("button", { type: "button", class: "button small quiet", onclick: () => { const last = line.choose.findIndex((one) => one.otherwise), at = last < 0 ? line.choose.length : last; write(line.choose.toSpliced(at, 0, { when: { fact: "", op: "eq", value: "" }, value: "" })); } }, "＋ 再加一种情况"),
    line.choose.some((one) => one.otherwise) ? null : el("button", { type: "button", class: "button small quiet", onclick: () => write([...line.choose, { otherwise: true, value: "" }]) }, "＋ 其他情况")));
}

function outcome(use, one, index) {
  const { each, mapping, change, again, head } = use, fromOurs = one.from !== undefined, label = `第 ${index + 1} 种情况的值`;
  const mode = select([["value", "填固定值"], ["from", "填我方内容"]], fromOurs ? "from" : "value", (picked) => { change(() => { if (picked === "from") { delete one.value; one.from = ""; } else { delete one.from; one.value = ""; } }); again(); }, `${label}从哪里来`);
  const value = fromOurs ? picker({ label, options: mapping.ours.single(each), chosen: one.from, optional: false, placeholder: "选择我方内容…", pick: (code) => { change(() => { one.from = code; }); head(); } })
    : fixed(use, one, (mutate, key) => { change(mutate, key && `${key}-${index}`); head(); }, label);
  return el("div", { class: "outcome" }, mode, value);
}

// Only in some steps, only when a condition holds.
function conditions(use, mapping) {
  const { line, place, change, head } = use, id = `m-${(number += 1)}`, given = new Set(line.steps ?? []);
  const steps = el("div", { class: "choice-line" }, mapping.steps.map(([code, title]) => {
    const box = el("input", { type: "checkbox" });
    box.checked = given.has(code);
    box.addEventListener("change", () => { box.checked ? given.add(code) : given.delete(code); change(() => { if (given.size) line.steps = mapping.steps.map(([one]) => one).filter((one) => given.has(one)); else delete line.steps; }); head(); });
    return el("label", { class: "choice small" }, box, title);
  }));
  const inside = el("div", { id, class: "line-when" }, section("只在这些环节送（不选则都送）", steps),
    section("何时才送", conditionBox({ ctx: mapping.ctx, holder: line, key: "when", place: [...place, "when"], required: false, title: "何时才送", none: "每一件都送" })));
  const details = el("details", { class: "more" }, el("summary", {}, "环节与条件", line.when || line.steps?.length ? el("span", { class: "badge warn" }, "已设置") : null), inside);
  details.open = Boolean(line.when || line.steps?.length);
  return details;
}
