// Reading typed facts from a flat object path → value. The twin of yichuang.rules.facts.

import { day, time } from "./dates.js";
import { number } from "./numbers.js";

const full = (value) => (Array.isArray(value) && value.length ? value : null);

export const TYPED = {
  text: (value) => (typeof value === "string" && value ? value : null),
  number,
  boolean: (value) => (typeof value === "boolean" ? value : null),
  date: day,
  time,
  texts: (value) => (full(value)?.every((v) => typeof v === "string" && v) ? value : null),
  rows: full,
  file: full,
};

const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);
export { own };

export function reader(path, type) {
  const typed = TYPED[type];
  if (path.startsWith("row.")) { const key = path.slice(4); return (facts, row) => typed(own(row, key)); }
  return (facts) => typed(own(facts, path));
}

export function columnReader(path, type) {
  const typed = TYPED[type];
  return (facts) => {
    const values = own(facts, path);
    return Array.isArray(values) ? values.map(typed).filter((v) => v !== null) : [];
  };
}

// What the words need of each fact: {type, title, options (Map code → title) or null}.
export class FactBook {
  constructor(labels = []) { this.labels = new Map(labels); }
  get(path) { return this.labels.get(path) ?? null; }
  add(path, label) { this.labels.set(path, label); }
}
