// A condition built by choosing: fact, comparison, value; in groups of 全部满足, 任一满足, 不满足. Said in words as it changes.

import { el } from "../ui/dom.js";
import { describe } from "../engine/words.js";
import { bookOf, factPicker, factsAt } from "./facts.js";
import { chips } from "./picker.js";

const LISTS = new Set(["in", "not_in", "contains_any"]), BARE = new Set(["exists", "missing"]), PAIRED = new Set(["eq", "ne", "lt", "lte", "gt", "gte"]);
const TITLES = { eq: "等于", ne: "不等于", lt: "小于", lte: "不大于", gt: "大于", gte: "不小于", in: "是其中之一", not_in: "不是其中之一", contains: "包含", contains_any: "包含其中之一", matches: "符合格式", exists: "已填写", missing: "未填写" };
const DATED = { lt: "早于", lte: "不晚于", gt: "晚于", gte: "不早于" };
const ORDER = Object.keys(TITLES);
const groupOf = (node) => (Array.isArray(node?.all) ? "all" : Array.isArray(node?.any) ? "any" : node?.not !== undefined ? "not" : "");
const blank = () => ({ fact: "", op: "eq", value: "" });

export function conditionField({ ctx, schema, holder, key, place, required, title }) {
  return conditionBox({ ctx, holder, key, place, required, title, scopes: schema["x-facts"], none: schema.description?.replace(/^不填(表示|则按)?/, "") || "总是成立" });
}

export function conditionBox({ ctx, holder, key, place, required, title, scopes, none }) {
  const box = el("div", { class: "condition" }), facts = () => factsAt(ctx, place, scopes);
  const change = (mutate, merge) => { ctx.draft.change(mutate, merge); };
  const draw = () => {
    const node = holder[key];
    if (node === undefined || (required && !node)) {
      box.replaceChildren(el("span", { class: "muted" }, required ? "还没有设置" : none), el("button", { type: "button", class: "button small quiet", onclick: () => { change(() => { holder[key] = blank(); }); draw(); box.querySelector("input")?.focus(); } }, "＋ 设置条件"));
      return;
    }
    const reading = el("p", { class: "reading", role: "status" });
    const say = () => { reading.textContent = said(node2(), facts()); };
    const node2 = () => holder[key];
    const root = { ctx, scopes, place, facts, change, draw, say };
    box.replaceChildren(reading, nodeOf(root, holder, key, true, required ? null : () => { change(() => { delete holder[key]; }); draw(); }));
    say();
  };
  draw();
  ctx.whenFacts(box, draw);
  return box;
}

export function said(node, facts) {
  if (!complete(node)) return "请补全条件";
  try { return describe(node, bookOf(facts)); } catch { return "请补全条件"; }
}

function complete(node) {
  const group = groupOf(node);
  if (group === "not") return complete(node.not);
  if (group) return node[group].length > 0 && node[group].every(complete);
  return Boolean(node?.fact && node?.op);
}

function nodeOf(root, holder, key, top, remove) {
  const group = groupOf(holder[key]);
  return group ? groupBox(root, holder, key, group, top, remove) : leaf(root, holder, key, top, remove);
}

function groupBox(root, holder, key, group, top, remove) {
  const node = holder[key];
  const inner = group === "not" ? groupOf(node.not) || "leaf" : group;
  const mode = group === "not" ? `not:${inner}` : group;
  const select = el("select", { class: "input small", "aria-label": "满足方式" }, [["all", "全部满足"], ["any", "任一满足"], ["not:all", "不是全部满足"], ["not:any", "全都不满足"], ...(mode === "not:leaf" || mode === "not:not" ? [[mode, "不满足"]] : [])].map(([value, words]) => el("option", { value }, words)));
  select.value = mode;
  select.addEventListener("change", () => { root.change(() => { holder[key] = wrapped(select.value, partsOf(node, group)); }); root.draw(); });
  if (mode === "not:leaf" || mode === "not:not") return el("div", { class: "group" }, el("div", { class: "group-head" }, select, remove ? dropper(remove) : null), el("div", { class: "group-body" }, nodeOf(root, node, "not", false, () => { remove ? remove() : undefined; })));
  const list = group === "not" ? node.not[inner] : node[group];
  const append = (value) => { root.change(() => { list.push(value); }); root.draw(); };
  return el("div", { class: "group" }, el("div", { class: "group-head" }, select, el("span", { class: "muted small" }, "以下条件"), remove ? dropper(remove) : null),
    el("div", { class: "group-body" }, list.map((_, index) => nodeOf(root, list, index, false, () => { root.change(() => { list.splice(index, 1); if (list.length === 1 && top && group !== "not") holder[key] = list[0]; }); if (!list.length && remove) remove(); else root.draw(); }))),
    el("div", { class: "group-foot" }, el("button", { type: "button", class: "button small quiet", onclick: () => append(blank()) }, "＋ 条件"), el("button", { type: "button", class: "button small quiet", onclick: () => append({ [group === "all" || inner === "all" ? "any" : "all"]: [blank(), blank()] }) }, "＋ 条件组")));
}

const partsOf = (node, group) => (group === "not" ? (groupOf(node.not) === "all" || groupOf(node.not) === "any" ? node.not[groupOf(node.not)] : [node.not]) : node[group]);
const wrapped = (mode, parts) => (mode.startsWith("not:") ? { not: { [mode.slice(4)]: parts } } : { [mode]: parts });
const dropper = (remove) => el("button", { type: "button", class: "tool", "aria-label": "删除条件", title: "删除条件", onclick: remove }, "×");

function leaf(root, holder, key, top, remove) {
  const node = holder[key], fact = root.facts().find((f) => f.path === node.fact);
  const row = el("div", { class: "leaf" });
  const again = () => { row.replaceWith(leaf(root, holder, key, top, remove)); root.say(); };
  row.append(factPicker(root.ctx, { label: "事实", chosen: node.fact, place: root.place, scopes: root.scopes, pick: (path) => {
    const next = root.facts().find((f) => f.path === path), ops = opsFor(root, next);
    root.change(() => { node.fact = path ?? ""; if (!ops.includes(node.op)) node.op = ops[0]; delete node.other; revalue(node, next, fact?.type !== next?.type || Boolean(next?.options)); });
    again();
  } }), operator(root, node, fact, again), ...valueOf(root, node, fact, again));
  const more = top ? [el("button", { type: "button", class: "button small quiet", onclick: () => { root.change(() => { holder[key] = { all: [node, blank()] }; }); root.draw(); } }, "＋ 再加条件")] : [];
  row.append(...more, ...(remove ? [dropper(remove)] : []));
  return row;
}

const opsFor = (root, fact) => ORDER.filter((op) => (fact ? root.ctx.ops[fact.type] ?? [] : ["eq"]).includes(op)).filter((op) => !(fact?.options && ["lt", "lte", "gt", "gte", "matches"].includes(op)));

function operator(root, node, fact, again) {
  const ops = opsFor(root, fact);
  if (!ops.includes(node.op)) ops.unshift(node.op);
  const titles = ["date", "time"].includes(fact?.type) ? { ...TITLES, ...DATED } : TITLES;
  const select = el("select", { class: "input small op", "aria-label": "比较" }, ops.map((op) => el("option", { value: op }, titles[op] ?? op)));
  select.value = node.op;
  select.addEventListener("change", () => {
    root.change(() => { const was = LISTS.has(node.op); node.op = select.value; if (!PAIRED.has(node.op)) delete node.other; revalue(node, fact, was !== LISTS.has(node.op)); });
    again();
  });
  return select;
}

// The value that fits after fact or comparison changed: kept where it can be.
function revalue(node, fact, anew) {
  if (BARE.has(node.op)) { delete node.value; delete node.other; return; }
  if (node.other !== undefined) { delete node.value; return; }
  const list = LISTS.has(node.op);
  if (!anew && node.value !== undefined && Array.isArray(node.value) === list) return;
  const first = node.value === undefined || typeof node.value === "object" ? undefined : node.value;
  const known = fact?.options?.some(([code]) => code === first);
  if (list) node.value = Array.isArray(node.value) ? node.value.filter((v) => !fact?.options || fact.options.some(([code]) => code === v)) : known ? [first] : [];
  else if (fact?.type === "boolean") node.value = true;
  else if (fact?.options) node.value = known ? first : Array.isArray(node.value) && node.value.length ? node.value[0] : "";
  else if (anew) node.value = fact?.type === "number" ? 0 : "";
}

function valueOf(root, node, fact, again) {
  if (!fact || BARE.has(node.op)) return [];
  const parts = [];
  if (PAIRED.has(node.op) && !fact.options && fact.type !== "boolean") {
    const mode = el("select", { class: "input small mode", "aria-label": "与什么比较" }, el("option", { value: "value" }, "固定值"), el("option", { value: "other" }, "另一项"));
    mode.value = node.other === undefined ? "value" : "other";
    mode.addEventListener("change", () => { root.change(() => { if (mode.value === "other") { delete node.value; node.other = ""; } else { delete node.other; revalue(node, fact, true); } }); again(); });
    parts.push(mode);
  }
  const set = (value) => { root.change(() => { node.value = value; }, `value-${root.place.join("/")}`); root.say(); };
  if (node.other !== undefined) parts.push(factPicker(root.ctx, { label: "另一项", chosen: node.other, place: root.place, scopes: root.scopes, filter: (f) => f.type === fact.type && f.path !== fact.path && !f.column, pick: (path) => { root.change(() => { node.other = path ?? ""; }); root.say(); } }));
  else if (LISTS.has(node.op)) parts.push(listValue(node, fact, set));
  else parts.push(oneValue(node, fact, set));
  return parts;
}

function listValue(node, fact, set) {
  const chosen = Array.isArray(node.value) ? node.value : [];
  if (fact.options && fact.options.length > 10) return chips({ label: "值", options: fact.options.map(([code, title]) => ({ code, title })), chosen, pick: set });
  if (fact.options) return el("span", { class: "options" }, fact.options.map(([code, title]) => { const input = el("input", { type: "checkbox" }); input.checked = chosen.includes(code); input.addEventListener("change", () => { const now = new Set(node.value); input.checked ? now.add(code) : now.delete(code); set(fact.options.map(([c]) => c).filter((c) => now.has(c))); }); return el("label", { class: "choice" }, input, title); }));
  const input = el("input", { class: "input", "aria-label": "值，用顿号隔开", placeholder: "用顿号隔开" });
  input.value = chosen.join("、");
  input.addEventListener("input", () => set(input.value.split(/[、,，]/).map((v) => v.trim()).filter(Boolean).map((v) => (fact.type === "number" && /^-?\d+(\.\d+)?$/.test(v) ? Number(v) : v))));
  return input;
}

function oneValue(node, fact, set) {
  if (fact.type === "boolean" || fact.options) {
    const options = fact.type === "boolean" ? [[true, "是"], [false, "否"]] : fact.options;
    const index = options.findIndex(([code]) => code === node.value);
    const select = el("select", { class: "input small value", "aria-label": "值" }, index < 0 ? el("option", { value: "-1" }, node.value === "" || node.value === undefined ? "请选择" : `${node.value}（找不到）`) : null, options.map(([, title], i) => el("option", { value: String(i) }, title)));
    select.value = String(index);
    select.addEventListener("change", () => set(options[+select.value]?.[0] ?? ""));
    return select;
  }
  const input = el("input", { class: "input small value", "aria-label": "值", type: { date: "date", time: "time" }[fact.type] ?? "text", inputmode: fact.type === "number" ? "decimal" : undefined });
  input.value = node.value ?? "";
  input.addEventListener("input", () => set(fact.type === "number" && /^-?\d+(\.\d+)?$/.test(input.value) ? Number(input.value) : input.value));
  return input;
}
