// Conditions from their wires, compiled to closures. Missing makes every comparison false but `missing`. The twin of
// yichuang.rules.conditions.

import { reader } from "./facts.js";
import { isNumber, number, order, plain } from "./numbers.js";
import { compare } from "./text.js";
import { Pattern } from "./patterns.js";

export function compileCondition(wire) {
  const read = { facts: new Set(), needed: new Set() };
  const { holds, trace } = build(wire, read);
  const none = {};
  return { wire, ...read, holds: (facts, row = none) => holds(facts, row), trace: (facts, row = none) => trace(facts, row) };
}

function build(wire, read) {
  for (const kind of ["all", "any"]) if (Array.isArray(wire[kind])) return group(kind, wire[kind].map((part) => build(part, read)));
  if (wire.not !== undefined) return negation(build(wire.not, read));
  return leaf(wire, read);
}

function group(kind, parts) {
  const every = kind === "all";
  const agree = (list, test) => (every ? list.every(test) : list.some(test));
  return {
    holds: (facts, row) => agree(parts, (part) => part.holds(facts, row)),
    trace: (facts, row) => {
      const found = parts.map((part) => part.trace(facts, row));
      return { kind, holds: agree(found, (part) => part.holds), parts: found };
    },
  };
}

function negation(part) {
  return {
    holds: (facts, row) => !part.holds(facts, row),
    trace: (facts, row) => { const found = part.trace(facts, row); return { kind: "not", holds: !found.holds, parts: [found] }; },
  };
}

function told(wire, holds, found = null, foundOther = null) {
  return { kind: "compare", holds, fact: wire.fact, op: wire.op, wanted: wire.value ?? null, other: wire.other ?? "", found, foundOther };
}

const shown = (value) => (isNumber(value) ? plain(value) : value);

function leaf(wire, read) {
  if (!wire.type) {
    const holds = wire.op === "missing";
    return { holds: () => holds, trace: () => told(wire, holds) };
  }
  read.facts.add(wire.fact);
  const get = reader(wire.fact, wire.type);
  if (wire.op === "exists" || wire.op === "missing") return bare(wire, get);
  read.needed.add(wire.fact);
  if (wire.other !== undefined) return pair(wire, get, read);
  const test = tester(wire);
  return {
    holds: (facts, row) => { const found = get(facts, row); return found !== null && test(found); },
    trace: (facts, row) => { const found = get(facts, row); return told(wire, found !== null && test(found), shown(found)); },
  };
}

function bare(wire, get) {
  const wants = wire.op === "exists", counted = wire.type === "rows" || wire.type === "file";
  return {
    holds: (facts, row) => (get(facts, row) !== null) === wants,
    trace: (facts, row) => {
      const found = get(facts, row);
      return told(wire, (found !== null) === wants, found !== null && counted ? found.length : shown(found));
    },
  };
}

function pair(wire, get, read) {
  read.facts.add(wire.other);
  read.needed.add(wire.other);
  const getOther = reader(wire.other, wire.type), test = ORDERED[wire.op], compared = comparer(wire.type);
  const verdict = (a, b) => a !== null && b !== null && test(compared(a, b));
  return {
    holds: (facts, row) => verdict(get(facts, row), getOther(facts, row)),
    trace: (facts, row) => {
      const a = get(facts, row), b = getOther(facts, row);
      return told(wire, verdict(a, b), shown(a), shown(b));
    },
  };
}

const ORDERED = { eq: (n) => n === 0, ne: (n) => n !== 0, lt: (n) => n < 0, lte: (n) => n <= 0, gt: (n) => n > 0, gte: (n) => n >= 0 };
const comparer = (type) => (type === "number" ? order : type === "boolean" ? (a, b) => (a === b ? 0 : 1) : compare);

function tester({ op, value, type }) {
  if (op === "matches") { const pattern = new Pattern(value); return (found) => pattern.matches(found); }
  if (op === "contains") return (found) => found.includes(value);
  if (op === "contains_any") return (found) => value.some((v) => found.includes(v));
  const compared = comparer(type), typed = (v) => (type === "number" ? number(v) : v);
  if (op === "in" || op === "not_in") {
    const members = value.map(typed);
    return (found) => members.some((v) => compared(found, v) === 0) === (op === "in");
  }
  const against = typed(value), test = ORDERED[op];
  return (found) => test(compared(found, against));
}
