// Calendar days as YYYY-MM-DD, counted as integers. The twin of yichuang.rules.dates and items.calendar.

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;
const FIRST_YEAR = 1800, LAST_YEAR = 9999, LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const leap = (y) => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
const monthDays = (y, m) => (m === 2 && leap(y) ? 29 : LENGTHS[m - 1]);

export function make(y, m, d) {
  if (y < FIRST_YEAR || y > LAST_YEAR || m < 1 || m > 12 || d < 1 || d > monthDays(y, m)) return null;
  return { y, m, d };
}

export const parse = (text) => (DATE.test(text) ? make(+text.slice(0, 4), +text.slice(5, 7), +text.slice(8)) : null);
export const day = (value) => (typeof value === "string" && parse(value) ? value : null);
export const time = (value) => (typeof value === "string" && TIME.test(value) ? value : null);

const two = (n) => String(n).padStart(2, "0");
export const iso = ({ y, m, d }) => `${String(y).padStart(4, "0")}-${two(m)}-${two(d)}`;

// Days since 1 March of the year 0, proleptic Gregorian.
export function ordinal({ y, m, d }) {
  const year = m > 2 ? y : y - 1, month = (m + 9) % 12;
  return year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + Math.floor((month * 306 + 5) / 10) + d - 1;
}

const LAST = ordinal({ y: LAST_YEAR, m: 12, d: 31 }), FIRST = ordinal({ y: FIRST_YEAR, m: 1, d: 1 });

export function fromOrdinal(n) {
  if (n < FIRST || n > LAST) return null;
  let y = Math.floor((10000 * n + 14780) / 3652425);
  const start = (year) => year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  if (n < start(y)) y--;
  const rest = n - start(y), mi = Math.floor((100 * rest + 52) / 3060);
  const m = ((mi + 2) % 12) + 1;
  return { y: y + Math.floor((mi + 2) / 12), m, d: rest - Math.floor((mi * 306 + 5) / 10) + 1 };
}

export const addDays = (start, days) => fromOrdinal(ordinal(start) + days);

export function addMonths(start, months) {
  const total = start.y * 12 + start.m - 1 + months, y = Math.floor(total / 12), m = total - y * 12 + 1;
  if (!Number.isSafeInteger(total) || y < FIRST_YEAR || y > LAST_YEAR) return null;
  return make(y, m, Math.min(start.d, monthDays(y, m)));
}

const before = (a, b) => ordinal(a) < ordinal(b);

export function wholeMonths(start, end) {
  if (before(end, start)) return 0 - wholeMonths(end, start);
  return (end.y - start.y) * 12 + end.m - start.m - (end.d < start.d ? 1 : 0);
}

export function wholeYears(start, end) {
  if (before(end, start)) return 0 - wholeYears(end, start);
  return end.y - start.y - (end.m < start.m || (end.m === start.m && end.d < start.d) ? 1 : 0);
}

export const spoken = (text) => `${+text.slice(0, 4)}年${+text.slice(5, 7)}月${+text.slice(8)}日`;

// Working days by a calendar's wire; null where a year is not published.
export class Calendar {
  constructor(wire) {
    this.years = new Set(wire.years);
    this.holidays = new Set(wire.holidays);
    this.workdays = new Set(wire.workdays);
  }

  isWorking(n) {
    const date = fromOrdinal(n);
    if (!date || !this.years.has(date.y)) return null;
    const text = iso(date);
    return this.workdays.has(text) || ((n + 2) % 7 < 5 && !this.holidays.has(text));
  }

  add(start, days) {
    const step = days >= 0 ? 1 : -1;
    let left = Math.abs(days), n = ordinal(start);
    while (left) {
      n += step;
      const working = this.isWorking(n);
      if (working === null) return null;
      if (working) left--;
    }
    return fromOrdinal(n);
  }

  between(start, end) {
    const a = ordinal(start), b = ordinal(end);
    let count = 0;
    for (let n = Math.min(a, b) + 1; n <= Math.max(a, b); n++) {
      const working = this.isWorking(n);
      if (working === null) return null;
      if (working) count++;
    }
    return a <= b ? count : 0 - count;
  }
}
