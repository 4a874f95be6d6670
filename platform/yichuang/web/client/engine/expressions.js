// Calculations from their wires. The twin of yichuang.rules.expressions.

import { columnReader, reader } from "./facts.js";
import { isNumber, number, plain } from "./numbers.js";
import { compileCondition } from "./conditions.js";
import { FUNCTIONS } from "./functions.js";

const SPREAD = new Set(["texts", "rows", "file"]);

export function compileExpression(wire, days = null) {
  const facts = new Set(), { value } = build(wire, facts, days), none = {};
  return { wire, facts, value: (given, row = none) => { const found = value(given, row); return isNumber(found) ? plain(found) : found; } };
}

function build(wire, facts, days) {
  if (wire.none) return { value: () => null };
  if (wire.fn) return call(wire, facts, days);
  if (wire.if) return choice(wire, facts, days);
  if (wire.fact) return fact(wire, facts);
  const constant = wire.type === "number" ? number(wire.value) : wire.value;
  return { value: () => constant };
}

function fact(wire, facts) {
  facts.add(wire.fact);
  const column = wire.fact.includes("[]");
  return { value: (column ? columnReader : reader)(wire.fact, wire.type), spread: column || SPREAD.has(wire.type) };
}

function choice(wire, facts, days) {
  const condition = compileCondition(wire.if), yes = build(wire.then, facts, days), no = build(wire.else, facts, days);
  condition.facts.forEach((path) => facts.add(path));
  return { value: (given, row) => (condition.holds(given, row) ? yes : no).value(given, row) };
}

function call(wire, facts, days) {
  const { skips, call: run } = FUNCTIONS[wire.fn], args = wire.args.map((arg) => build(arg, facts, days));
  const settings = { unit: wire.unit, scale: wire.scale, separator: wire.separator, days };
  if (skips) {
    return { value: (given, row) => run(args.flatMap((arg) => { const found = arg.value(given, row); return found === null ? [] : arg.spread ? found : [found]; }), settings) };
  }
  return { value: (given, row) => { const values = args.map((arg) => arg.value(given, row)); return values.includes(null) ? null : run(values, settings); } };
}
