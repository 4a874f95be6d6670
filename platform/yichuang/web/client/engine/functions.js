// The functions of calculations: typed values in, a typed value or null (missing) out. The twin of yichuang.rules.functions.

import * as dates from "./dates.js";
import * as n from "./numbers.js";
import { compare } from "./text.js";
import { idBirthDate, idFault, idSex } from "./national.js";

const MAX_TEXT = 4000, MAX_STEPS = 3660;

const chained = (step) => (values) => values.slice(1).reduce((a, b) => (a === null ? null : step(a, b)), values[0]);
const extreme = (sign) => (values) => values.reduce((a, b) => (a === null || sign * (n.isNumber(a) ? n.order(b, a) : compare(b, a)) > 0 ? b : a), null);
const safe = (value) => { const whole = n.whole(value); return whole === null || whole > 9007199254740991n || whole < -9007199254740991n ? null : Number(whole); };

function join(values, { separator }) {
  const text = values.map((v) => (n.isNumber(v) ? n.plain(v) : v)).join(separator);
  return Array.from(text).slice(0, MAX_TEXT).join("") || null;
}

function dateAdd([text, amount], { unit, days }) {
  const start = dates.parse(text), steps = safe(amount);
  if (!start || steps === null) return null;
  let moved;
  if (unit === "working_day") moved = days && Math.abs(steps) <= MAX_STEPS ? days.add(start, steps) : null;
  else if (unit === "day") moved = dates.addDays(start, steps);
  else moved = dates.addMonths(start, steps * (unit === "year" ? 12 : 1));
  return moved ? dates.iso(moved) : null;
}

function daysBetween([first, second], { unit, days }) {
  const start = dates.parse(first), end = dates.parse(second);
  if (!start || !end) return null;
  const apart = dates.ordinal(end) - dates.ordinal(start);
  if (unit === "day") return n.fromInt(apart);
  if (unit !== "working_day") return n.fromInt((unit === "year" ? dates.wholeYears : dates.wholeMonths)(start, end));
  const counted = days && Math.abs(apart) <= MAX_STEPS ? days.between(start, end) : null;
  return counted === null ? null : n.fromInt(counted);
}

function age([first, second]) {
  const born = dates.parse(first), on = dates.parse(second);
  return born && on && dates.ordinal(born) <= dates.ordinal(on) ? n.fromInt(dates.wholeYears(born, on)) : null;
}

export const FUNCTIONS = {
  sum: { skips: true, call: (values) => values.reduce((a, b) => (a === null ? null : n.add(a, b)), n.fromInt(0)) },
  count: { skips: true, call: (values) => n.fromInt(values.length) },
  min: { skips: true, call: extreme(-1) },
  max: { skips: true, call: extreme(1) },
  join: { skips: true, call: join },
  coalesce: { skips: true, call: (values) => values[0] ?? null },
  add: { call: chained(n.add) },
  sub: { call: chained(n.subtract) },
  mul: { call: chained(n.multiply) },
  div: { call: ([a, b], { scale }) => n.divide(a, b, scale) },
  round: { call: ([a], { scale }) => n.bounded(n.rounded(a, scale)) },
  date_add: { call: dateAdd },
  days_between: { call: daysBetween },
  age: { call: age },
  id_birth_date: { call: ([number]) => (idFault(number) ? null : dates.iso(idBirthDate(number))) },
  id_sex: { call: ([number]) => idSex(number) },
};
