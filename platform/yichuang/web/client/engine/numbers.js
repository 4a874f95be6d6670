// Exact decimals as {c: BigInt, s: digits after the point}. The twin of yichuang.rules.numbers.

const TYPED = /^-?[0-9]{1,30}(?:\.[0-9]{1,12})?$/;
const WHOLE_DIGITS = 30, PLACES = 12;

// A decimal string or a safe integer; anything else is missing (null).
export function number(value) {
  if (typeof value === "string") return TYPED.test(value) ? parse(value) : null;
  return Number.isSafeInteger(value) ? { c: BigInt(value), s: 0 } : null;
}

function parse(text) {
  const [whole, after = ""] = text.split(".");
  return { c: BigInt(whole.replace("-", "") + after) * (text[0] === "-" ? -1n : 1n), s: after.length };
}

export const isNumber = (value) => typeof value === "object" && value !== null && typeof value.c === "bigint";

const size = (n) => (n < 0n ? -n : n);
const scaled = (v, s) => v.c * 10n ** BigInt(s - v.s);

export function order(a, b) {
  const s = Math.max(a.s, b.s), x = scaled(a, s), y = scaled(b, s);
  return x < y ? -1 : x > y ? 1 : 0;
}

// The canonical text: no superfluous zeros, no negative zero.
export function plain(value) {
  let text = spelt(value);
  if (text.includes(".")) text = text.replace(/0+$/, "").replace(/\.$/, "");
  return text === "-0" ? "0" : text;
}

function spelt({ c, s }) {
  const digits = size(c).toString().padStart(s + 1, "0");
  const text = s ? `${digits.slice(0, -s)}.${digits.slice(-s)}` : digits;
  return c < 0n ? `-${text}` : text;
}

export const fixed = (value, places) => spelt(rounded(value, places));

// Half away from zero.
export function rounded(value, places) {
  if (places >= value.s) return { c: scaled(value, places), s: places };
  const unit = 10n ** BigInt(value.s - places), half = size(value.c) * 2n + unit;
  const c = half / (unit * 2n);
  return { c: value.c < 0n ? -c : c, s: places };
}

export function bounded(value) {
  if (value === null || size(value.c) >= 10n ** BigInt(WHOLE_DIGITS + value.s)) return null;
  return value.s > PLACES ? rounded(value, PLACES) : value;
}

export function add(a, b) {
  const s = Math.max(a.s, b.s);
  return bounded({ c: scaled(a, s) + scaled(b, s), s });
}

export const subtract = (a, b) => add(a, { c: -b.c, s: b.s });
export const multiply = (a, b) => bounded({ c: a.c * b.c, s: a.s + b.s });

export function divide(a, b, places) {
  if (b.c === 0n) return null;
  const top = scaled(rounded(a, PLACES), PLACES) * 10n ** BigInt(places), bottom = scaled(rounded(b, PLACES), PLACES);
  const c = (size(top) * 2n + size(bottom)) / (size(bottom) * 2n);
  return bounded({ c: (top < 0n) === (bottom < 0n) ? c : -c, s: places });
}

export const whole = (value) => { const r = rounded(value, 0); return order(r, value) === 0 ? r.c : null; };
export const fromInt = (n) => ({ c: BigInt(n), s: 0 });
