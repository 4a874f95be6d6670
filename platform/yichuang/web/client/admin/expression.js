// A calculation built by choosing: a fixed value, a fact, 如果 … 就 …, or a function of parts. Said in words as it changes.

import { el } from "../ui/dom.js";
import { bookOf, factPicker, factsAt } from "./facts.js";
import { conditionBox, said } from "./condition.js";

const FUNCTIONS = [
  ["sum", "合计"], ["count", "计数"], ["min", "最小"], ["max", "最大"], ["join", "连接"], ["add", "相加"], ["sub", "相减"], ["mul", "相乘"], ["div", "相除"], ["round", "四舍五入"],
  ["date_add", "日期加减"], ["days_between", "相差天数"], ["age", "周岁"], ["coalesce", "取第一个有值的"], ["id_birth_date", "证件号中的出生日期"], ["id_sex", "证件号中的性别"],
];
const NAMES = Object.fromEntries(FUNCTIONS), SIGNS = { add: "＋", sub: "－", mul: "×", div: "÷" };
const ARGS = { sub: 2, div: 2, days_between: 2, date_add: 2, round: 1, age: 1, count: 1, id_birth_date: 1, id_sex: 1 };
const COLUMNS = new Set(["sum", "count", "min", "max", "join"]);
const UNITS = [["day", "自然日"], ["working_day", "工作日"], ["month", "月"], ["year", "年"]];
const kindOf = (node) => (node?.fn !== undefined ? "fn" : node?.if !== undefined ? "if" : node?.fact !== undefined ? "fact" : "value");
const blanks = { value: () => ({ value: "" }), fact: () => ({ fact: "" }), if: () => ({ if: { fact: "", op: "eq", value: "" }, then: { value: "" }, else: { value: "" } }), fn: () => ({ fn: "add", args: [{ fact: "" }, { fact: "" }] }) };

export function expressionField({ ctx, schema, holder, key, place, required }) {
  const box = el("div", { class: "condition" }), scopes = schema["x-facts"];
  const draw = () => {
    if (holder[key] === undefined) {
      box.replaceChildren(el("span", { class: "muted" }, "不计算，由人填写"), el("button", { type: "button", class: "button small quiet", onclick: () => { ctx.draft.change(() => { holder[key] = blanks.fn(); }); draw(); } }, "＋ 设置计算"));
      return;
    }
    const reading = el("p", { class: "reading", role: "status" });
    const root = { ctx, scopes, place, draw, say: () => { reading.textContent = spelled(holder[key], factsAt(ctx, place, scopes)); }, change: (mutate, merge) => ctx.draft.change(mutate, merge) };
    const remove = required ? null : () => { ctx.draft.change(() => { delete holder[key]; }); draw(); };
    box.replaceChildren(reading, nodeOf(root, holder, key, remove));
    root.say();
  };
  draw();
  ctx.whenFacts(box, draw);
  return box;
}

function nodeOf(root, holder, key, remove, columns = false) {
  const node = holder[key], kind = kindOf(node);
  const select = choose([["fact", "取自栏目"], ["value", "固定值"], ["fn", "函数"], ["if", "如果…就…"]], kind, "内容", (next) => { root.change(() => { holder[key] = blanks[next](); }); root.draw(); });
  const drop = remove ? el("button", { type: "button", class: "tool", "aria-label": "删除", onclick: remove }, "×") : null;
  if (kind === "value") return el("div", { class: "leaf" }, select, literal(root, node), drop);
  if (kind === "fact") return el("div", { class: "leaf" }, select, factPicker(root.ctx, { label: "栏目", chosen: node.fact, place: root.place, scopes: root.scopes, filter: (fact) => columns || !fact.column, pick: (path) => { root.change(() => { node.fact = path ?? ""; }); root.say(); } }), drop);
  return kind === "if" ? branch(root, node, select, drop) : call(root, node, select, drop);
}

function literal(root, node) {
  const input = el("input", { class: "input small value", "aria-label": "固定值" });
  input.value = node.value ?? "";
  input.addEventListener("input", () => { root.change(() => { node.value = /^-?\d+(\.\d+)?$/.test(input.value) ? Number(input.value) : input.value; }, "literal"); root.say(); });
  return input;
}

function branch(root, node, select, drop) {
  const part = (words, key) => el("div", { class: "branch" }, el("span", { class: "muted" }, words), nodeOf(root, node, key, null));
  const otherwise = node.else === undefined ? el("button", { type: "button", class: "button small quiet", onclick: () => { root.change(() => { node.else = blanks.value(); }); root.draw(); } }, "＋ 否则") : part("否则", "else");
  return el("div", { class: "group" }, el("div", { class: "group-head" }, select, drop), el("div", { class: "group-body" },
    el("div", { class: "branch" }, el("span", { class: "muted" }, "如果"), conditionBox({ ctx: root.ctx, holder: node, key: "if", place: root.place, required: true, scopes: root.scopes, none: "" })), part("就是", "then"), otherwise));
}

function call(root, node, select, drop) {
  const fixed = ARGS[node.fn];
  const fn = choose(FUNCTIONS, node.fn, "函数", (next) => {
    root.change(() => {
      node.fn = next;
      while (node.args.length < (ARGS[next] ?? 1)) node.args.push({ fact: "" });
      if (ARGS[next]) node.args.length = ARGS[next];
      for (const key of ["unit", "scale", "separator"]) if (!EXTRAS[next]?.includes(key)) delete node[key];
      if (next === "date_add" && !node.unit) node.unit = "day";
    });
    root.draw();
  });
  const args = node.args.map((_, index) => nodeOf(root, node.args, index, !fixed && node.args.length > 1 ? () => { root.change(() => { node.args.splice(index, 1); }); root.draw(); } : null, COLUMNS.has(node.fn)));
  return el("div", { class: "group" }, el("div", { class: "group-head" }, select, fn, ...extras(root, node), drop), el("div", { class: "group-body" }, args),
    fixed ? null : el("div", { class: "group-foot" }, el("button", { type: "button", class: "button small quiet", onclick: () => { root.change(() => { node.args.push({ fact: "" }); }); root.draw(); } }, "＋ 一项")));
}

const EXTRAS = { round: ["scale"], div: ["scale"], join: ["separator"], date_add: ["unit"], days_between: ["unit"] };

function extras(root, node) {
  const wanted = EXTRAS[node.fn] ?? [];
  const typed = (key, label, parse) => { const input = el("input", { class: "input small narrow", "aria-label": label }); input.value = node[key] ?? ""; input.addEventListener("input", () => { root.change(() => { const v = parse(input.value); if (v === undefined) delete node[key]; else node[key] = v; }, key); root.say(); }); return el("label", { class: "extra" }, label, input); };
  return [wanted.includes("scale") ? typed("scale", "小数位数", (v) => (/^\d$/.test(v) ? Number(v) : undefined)) : null, wanted.includes("separator") ? typed("separator", "连接符", (v) => v || undefined) : null,
    wanted.includes("unit") ? choose(UNITS, node.unit ?? "day", "日期单位", (v) => { root.change(() => { node.unit = v; }); root.say(); }) : null].filter(Boolean);
}

function choose(options, chosen, label, pick) {
  const select = el("select", { class: "input small", "aria-label": label }, options.map(([value, words]) => el("option", { value }, words)));
  select.value = chosen;
  select.addEventListener("change", () => pick(select.value));
  return select;
}

// A calculation in words: 四舍五入（食品处理区面积 ÷ 经营场所面积 × 100，1 位小数）.
export function spelled(node, facts) {
  const book = bookOf(facts);
  const spell = (part) => {
    const kind = kindOf(part);
    if (kind === "value") return part.value === "" || part.value === undefined ? "□" : String(part.value);
    if (kind === "fact") return book.get(part.fact)?.title ?? (part.fact ? `“${part.fact}”` : "□");
    if (kind === "if") return `如果${said(part.if, facts)}，就是${spell(part.then)}${part.else === undefined ? "" : `，否则${spell(part.else)}`}`;
    const args = (part.args ?? []).map((arg, index) => (bracketed(part, arg, index) ? `（${spell(arg)}）` : spell(arg)));
    if (SIGNS[part.fn]) return args.join(` ${SIGNS[part.fn]} `);
    const tail = [part.scale !== undefined ? `${part.scale} 位小数` : "", part.unit ? Object.fromEntries(UNITS)[part.unit] : "", part.separator ? `用“${part.separator}”` : ""].filter(Boolean);
    return `${NAMES[part.fn] ?? part.fn}（${[...args, ...tail].join("，")}）`;
  };
  try { return spell(node); } catch { return "请补全计算"; }
}

const bracketed = (outer, inner, index) => SIGNS[outer.fn] && SIGNS[inner.fn] && ((index > 0 && ["sub", "div"].includes(outer.fn)) || (["mul", "div"].includes(outer.fn) && ["add", "sub"].includes(inner.fn)));
