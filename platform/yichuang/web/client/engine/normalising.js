// Answers brought to their canonical form; null when missing, Wrong for another type. The twin of yichuang.forms.normalising.

import { BLANKS, clean, halfWidth, without } from "./text.js";
import * as numbers from "./numbers.js";
import { tidyNumber, tidyPhone } from "./national.js";
import { own } from "./facts.js";

export class Wrong { constructor(raw) { this.raw = raw; } }

export const PARTS = {
  date_range: [["from", "开始日期", "date"], ["to", "结束日期", "date"]],
  address: [["division", "行政区划", "text", true], ["detail", "详细地址", "text"]],
  person: [["name", "姓名", "text"], ["id_type", "证件类型", "text", true], ["id_no", "证件号码", "text"], ["phone", "电话", "text"]],
  organisation: [["name", "单位名称", "text"], ["credit_code", "统一社会信用代码", "text"], ["legal_rep", "法定代表人", "text"], ["phone", "电话", "text"]],
};
const PART_KINDS = {
  date_range: { from: "date", to: "date" }, address: {}, person: { id_no: "id_number", phone: "phone" },
  organisation: { credit_code: "credit_code", phone: "phone" },
};
const NUMBER = /^[+-]?[0-9]{1,30}(?:\.[0-9]{1,12})?$/;
const WRITTEN_DATE = /^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?$/, BARE_DATE = /^([0-9]{4})([0-9]{2})([0-9]{2})$/;
const TIME = /^([0-9]{1,2}):([0-9]{2})$/, MAX_BYTES = 2 ** 40;

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const bare = (raw) => without(halfWidth(clean(raw)), BLANKS);

function number(raw) {
  const text = without(halfWidth(clean(raw)), BLANKS + ",");
  return NUMBER.test(text) ? numbers.plain(numbers.number(text.replace("+", ""))) : text;
}

function money(raw) {
  const text = number(without(raw, "¥￥元")), exact = numbers.number(text);
  return exact === null || (text.split(".")[1] ?? "").length > 2 ? text : numbers.fixed(exact, 2);
}

function day(raw) {
  const text = bare(raw), found = WRITTEN_DATE.exec(text) ?? BARE_DATE.exec(text);
  return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : text;
}

function time(raw) {
  const text = bare(raw), found = TIME.exec(text);
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : text;
}

const TEXTS = {
  text: (raw) => clean(raw), textarea: (raw) => clean(raw, true), number, money, date: day, time, choice: (raw) => clean(raw),
  id_number: tidyNumber, credit_code: tidyNumber, phone: tidyPhone, email: bare,
};

const absent = (raw) => raw === null || raw === undefined;
const texts = (tidy) => (raw) => (absent(raw) ? null : typeof raw === "string" ? tidy(raw) || null : new Wrong(raw));
const filled = (list) => (list.length ? list : null);

function choices(raw) {
  if (absent(raw)) return null;
  if (!Array.isArray(raw) || raw.some((v) => typeof v !== "string")) return new Wrong(raw);
  return filled([...new Set(raw.map((v) => clean(v)).filter(Boolean))]);
}

function isFile(file) {
  if (!isObject(file)) return false;
  const { name, size, digest } = file;
  const named = typeof name === "string" && typeof digest === "string" && clean(name) && clean(digest);
  return Boolean(named) && Number.isInteger(size) && size >= 0 && size <= MAX_BYTES;
}

function attachment(raw) {
  if (absent(raw) || (Array.isArray(raw) && !raw.length)) return null;
  if (!Array.isArray(raw) || raw.length > 200 || !raw.every(isFile)) return new Wrong(raw);
  return raw.map((f) => ({ name: clean(f.name), size: f.size, digest: clean(f.digest) }));
}

function rows(raw) {
  if (absent(raw) || (Array.isArray(raw) && !raw.length)) return null;
  return Array.isArray(raw) && raw.every(isObject) ? raw : new Wrong(raw);
}

function composite(kind) {
  const takers = PARTS[kind].map(([code]) => [code, normaliser(PART_KINDS[kind][code] ?? "text")]);
  return (raw) => {
    if (absent(raw)) return null;
    if (!isObject(raw)) return new Wrong(raw);
    const given = takers.map(([code, take]) => [code, take(own(raw, code))]).filter(([, value]) => value !== null);
    return given.length ? Object.fromEntries(given) : null;
  };
}

const OTHERS = { boolean: (raw) => (absent(raw) ? null : typeof raw === "boolean" ? raw : new Wrong(raw)), choices, attachment, group: rows };

export function normaliser(kind) {
  if (TEXTS[kind]) return texts(TEXTS[kind]);
  return PARTS[kind] ? composite(kind) : OTHERS[kind] ?? (() => null);
}
