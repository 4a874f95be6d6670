// Conditions in Chinese for a clerk. The twin of yichuang.rules.words: the same words, comma for comma.

import { day, spoken } from "./dates.js";

const MOST = 8;
const COMPARED = { lt: "小于", lte: "不大于", gt: "大于", gte: "不小于" };
const DATED = { lt: "早于", lte: "不晚于", gt: "晚于", gte: "不早于" };
const OPPOSITE = {
  eq: "ne", ne: "eq", lt: "gte", gte: "lt", gt: "lte", lte: "gt", in: "not_in", not_in: "in",
  contains: "lacks", contains_any: "lacks_any", matches: "mismatches", exists: "missing", missing: "exists",
};
const VERBS = { eq: "为", ne: "不为", in: "为", not_in: "不为", contains: "包含", lacks: "不含", contains_any: "包含", lacks_any: "不含" };
const unique = (list) => [...new Set(list)];
const verbOf = (fact) => (fact.options ? "选" : "填");

export const describe = (wire, book) => wish(asTrace(wire), book, true, true);

export function because(trace, book) {
  const told = unique(deciding(trace).map((leaf) => reason(leaf, book)));
  return told.slice(0, MOST).join("，") + (told.length > MOST ? "等" : "");
}

export function instead(trace, book) {
  if (trace.kind === "compare" && !trace.holds && ["eq", "in", "contains", "contains_any"].includes(trace.op)) {
    const fact = book.get(trace.fact);
    if (fact?.options) return "选" + values(fact, trace.wanted);
  }
  return wish(trace, book, !trace.holds, true);
}

export const lacking = (trace) => deciding(trace).some((leaf) => leaf.op !== "missing" && (leaf.found === null || (leaf.other !== "" && leaf.foundOther === null)));

function asTrace(wire) {
  for (const kind of ["all", "any"]) if (Array.isArray(wire[kind])) return { kind, holds: null, parts: wire[kind].map(asTrace) };
  if (wire.not !== undefined) return { kind: "not", holds: null, parts: [asTrace(wire.not)] };
  return { kind: "compare", holds: null, parts: [], fact: wire.fact, op: wire.op, wanted: wire.value ?? null, other: wire.other ?? "", found: null };
}

function deciding(trace) {
  if (trace.kind === "compare") return [trace];
  const some = trace.kind !== "not" && (trace.kind === "all") !== trace.holds;
  return (some ? trace.parts.filter((part) => part.holds === trace.holds) : trace.parts).flatMap(deciding);
}

function wish(trace, book, target, whole) {
  if (trace.kind === "compare") return claim(trace, book, target ? trace.op : OPPOSITE[trace.op] ?? "");
  if (trace.kind === "not") return wish(trace.parts[0], book, !target, whole);
  const together = (trace.kind === "all") === target;
  const parts = together ? trace.parts.filter((part) => part.holds !== target) : trace.parts;
  let told = unique(parts.map((part) => wish(part, book, target, whole && parts.length <= 1)));
  if (told.length > MOST) told = [...told.slice(0, MOST), "其他条件"];
  const text = told.join(together ? "，且" : "，或");
  return whole || told.length === 1 ? text : `（${text}）`;
}

function reason(leaf, book) {
  const fact = book.get(leaf.fact);
  if (!fact) return `“${leaf.fact}”无法取得`;
  if (leaf.found === null) return `“${fact.title}”还没有${verbOf(fact)}`;
  if (leaf.op === "exists" || leaf.op === "missing") return `“${fact.title}”已${verbOf(fact)}`;
  if (leaf.other) return between(leaf, fact, book);
  if (["eq", "ne", "in", "not_in"].includes(leaf.op)) return `“${fact.title}”为${value(fact, leaf.found)}`;
  const op = leaf.holds ? leaf.op : OPPOSITE[leaf.op] ?? "";
  if (COMPARED[leaf.op]) return `“${fact.title}”为${value(fact, leaf.found)}，${ordered(fact, op)}${value(fact, leaf.wanted)}`;
  if (leaf.op === "contains_any" && leaf.holds) return `“${fact.title}”包含${values(fact, leaf.wanted.filter((v) => leaf.found.includes(v)))}`;
  return claim(leaf, book, op);
}

function between(leaf, fact, book) {
  const other = book.get(leaf.other);
  if (!other || leaf.foundOther === null) return `“${other?.title ?? leaf.other}”还没有填`;
  return claim(leaf, book, leaf.holds ? leaf.op : OPPOSITE[leaf.op] ?? "");
}

function claim(leaf, book, op) {
  const fact = book.get(leaf.fact);
  if (!fact) return `“${leaf.fact}”可以取得`;
  const subject = `“${fact.title}”`;
  if (op === "exists" || op === "missing") return `${subject}${op === "exists" ? "已" : "未"}${verbOf(fact)}`;
  if (leaf.other) return `${subject}${ordered(fact, op)}“${book.get(leaf.other)?.title ?? leaf.other}”`;
  if (COMPARED[op]) return `${subject}${ordered(fact, op)}${value(fact, leaf.wanted)}`;
  if (op === "matches" || op === "mismatches") return subject + (op === "matches" ? "符合规定格式" : "不符合规定格式");
  return subject + (VERBS[op] ?? "为") + values(fact, leaf.wanted);
}

function ordered(fact, op) {
  if (op === "eq" || op === "ne") return op === "eq" ? "等于" : "不等于";
  return (fact.type === "date" || fact.type === "time" ? DATED : COMPARED)[op] ?? "等于";
}

function values(fact, wanted) {
  if (!Array.isArray(wanted)) return value(fact, wanted);
  const told = unique(wanted.map((v) => value(fact, v)));
  return told.slice(0, MOST).join("或") + (told.length > MOST ? "等" : "");
}

function value(fact, given) {
  if (given === null) return "无法比较的值";
  if (typeof given === "boolean") return given ? "“是”" : "“否”";
  if (fact.options) return (Array.isArray(given) ? given : [given]).map((v) => `“${fact.options.get(v) ?? v}”`).join("、");
  if (fact.type === "number") return String(given);
  return fact.type === "date" && day(given) ? spoken(given) : `“${given}”`;
}
