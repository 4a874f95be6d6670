// A form from its wire: decide(answers, facts) as on the server. The twin of yichuang.forms.compiled and .deciding.

import { compileCondition } from "./conditions.js";
import { compileExpression } from "./expressions.js";
import { Calendar } from "./dates.js";
import { TYPED, own } from "./facts.js";
import { MAX_ROWS, TYPE_REST, fault, faultsOf } from "./faults.js";
import { filled } from "./filling.js";
import { PARTS, Wrong, isObject, normaliser } from "./normalising.js";
import { compare } from "./text.js";
import { nodeOf, ordered } from "./order.js";
import { fixed, number, plain, rounded } from "./numbers.js";

const CHOSEN = new Set(["choice", "choices", "boolean", "date", "time"]);
export const FACT_TYPES = {
  text: "text", textarea: "text", number: "number", money: "number", date: "date", time: "time", boolean: "boolean", choice: "text",
  choices: "texts", id_number: "text", credit_code: "text", phone: "text", email: "text", group: "rows", attachment: "file",
};
const NO_ROW = {};

const optionsOf = (holder, tables) => {
  const entries = holder?.options ?? tables[holder?.table];
  return entries ? new Map(entries.filter((e) => !e.disabled).map((e) => [e.code, e.title])) : null;
};

function compileField(spec, section, group, tables, days) {
  const byPart = Object.fromEntries(Object.entries(spec.parts ?? {}).map(([part, holder]) => [part, optionsOf(holder, tables)]));
  const options = optionsOf(spec, tables), condition = (wire) => (wire ? compileCondition(wire) : null);
  return {
    code: spec.code, type: spec.type, title: spec.title, path: spec.path, spec, section, options, byPart, parts: PARTS[spec.type] ?? [],
    visible: condition(spec.visible_when), required: spec.required ?? false, requiredWhen: condition(spec.required_when),
    compute: spec.compute ? compileExpression(spec.compute, days) : null, normalise: normaliser(spec.type),
    faults: faultsOf(spec, options, byPart), columns: (spec.fields ?? []).map((c) => compileField(c, section, spec.code, tables, days)),
  };
}

// The facts a field declares, for the words: [path, {type, title, options}].
export function* factsOf(field, prefix) {
  for (const [part, title, type] of field.parts) yield [`${prefix}${field.code}.${part}`, { type, title: `${field.title}的${title}`, options: field.byPart[part] ?? null }];
  if (FACT_TYPES[field.type]) yield [prefix + field.code, { type: FACT_TYPES[field.type], title: field.title, options: field.options }];
}

export function compileForm(wire, tables = {}) { return new Form(wire, tables); }

class Form {
  constructor(wire, tables) {
    const days = wire.calendar ? new Calendar(wire.calendar) : null;
    this.title = wire.title;
    this.sections = wire.sections.map((s) => (s.visible_when ? compileCondition(s.visible_when) : null));
    this.fields = wire.sections.flatMap((s, n) => s.fields.map((spec) => compileField(spec, n, null, tables, days)));
    this.checks = (wire.checks ?? []).map((c) => ({ ...c, when: c.when ? compileCondition(c.when) : null, require: compileCondition(c.require), types: typesIn(c.require) }));
    this.steps = ordered(this.needs()).map((node) => this.step(node));
  }

  // Whatever the answers are, this gives a decision. `facts`: flat, from outside of the form.
  decide(answers, facts = {}) { return new Pass(this, answers, facts).run(); }

  fill(path, value) { return filled(this.fields, path, value); }

  // Answers of a new draft: defaults, what is taken over from facts, rows that must be there.
  initial(facts = {}) {
    const started = initial(this.fields, facts);
    for (const { code, type, spec } of this.fields) {
      if (type === "group" && spec.min_rows) started[code] = Array.from({ length: spec.min_rows }, () => this.initialRow(code, facts));
    }
    return started;
  }

  // A new row of a repeating group, with its defaults.
  initialRow(group, facts = {}) { return initial(this.fields.find((f) => f.code === group)?.columns ?? [], facts); }

  needs() {
    const codes = new Set(this.fields.map((f) => f.code)), needs = new Map();
    const nodes = (paths, group) => [...paths].sort(compare).map((p) => nodeOf(p, group, codes)).filter(Boolean);
    const reads = (f) => new Set([...(f.visible?.facts ?? []), ...(f.compute?.facts ?? [])]);
    this.sections.forEach((condition, n) => {
      needs.set(`s:${n}`, nodes(condition?.facts ?? [], null));
      for (const f of this.fields.filter((field) => field.section === n)) {
        needs.set(`f:${f.code}`, [`s:${n}`, ...nodes(reads(f), null)]);
        for (const c of f.columns) needs.set(`c:${f.code}.${c.code}`, [`f:${f.code}`, ...nodes(reads(c), f.code)]);
      }
    });
    return needs;
  }

  step(node) {
    const [kind, name] = [node[0], node.slice(2)];
    if (kind === "s") return { section: +name };
    const [code, column] = name.split("."), field = this.fields.find((f) => f.code === code);
    return { field, column: column === undefined ? null : field.columns.find((c) => c.code === column) };
  }
}

function typesIn(wire, types = {}) {
  for (const part of wire.all ?? wire.any ?? (wire.not ? [wire.not] : [])) typesIn(part, types);
  if (wire.type) { types[wire.fact] = wire.type; if (wire.other) types[wire.other] = wire.type; }
  return types;
}

class Pass {
  constructor(form, answers, facts) {
    this.form = form;
    this.readable = isObject(answers);
    this.raw = this.readable ? answers : {};
    this.facts = Object.fromEntries(Object.entries(facts).filter(([path]) => !/^(form|row)\./.test(path)));
    Object.assign(this, { hidden: new Set(), values: new Map(), rows: new Map(), computed: {}, errors: [], required: new Set(), visible: new Set(), shown: new Set() });
  }

  run() {
    for (const { section, field, column } of this.form.steps) {
      if (field === undefined) { if (this.form.sections[section] && !this.form.sections[section].holds(this.facts)) this.hidden.add(section); }
      else if (column === null) this.field(field);
      else this.column(field, column);
    }
    const answers = this.collect();
    return { visible: this.visible, required: this.required, computed: this.computed, errors: this.errors, answers, facts: this.facts };
  }

  field(item) {
    if (this.hidden.has(item.section) || (item.visible && !item.visible.holds(this.facts))) return;
    this.shown.add(item.code);
    const value = this.value(item, this.raw, item.path, NO_ROW);
    if (value === null) return;
    this.values.set(item.code, value);
    if (item.type === "group" && Array.isArray(value)) {
      this.rows.set(item.code, value.slice(0, MAX_ROWS).map((raw) => ({ raw, facts: {}, values: new Map(), visible: new Set() })));
    }
    declare(this.facts, `form.${item.code}`, value);
  }

  column(group, item) {
    const parts = item.parts.length ? item.parts.map(([part]) => `.${part}`) : [""], rows = this.rows.get(group.code) ?? [];
    rows.forEach((row, n) => {
      if (item.visible && !item.visible.holds(this.facts, row.facts)) return;
      row.visible.add(item.code);
      const value = this.value(item, row.raw, `${group.code}/${n}/${item.code}`, row.facts);
      if (value === null) return;
      row.values.set(item.code, value);
      declare(row.facts, item.code, value);
    });
    for (const part of parts) this.facts[`form.${group.code}[].${item.code}${part}`] = rows.map((row) => own(row.facts, item.code + part) ?? null);
  }

  value(item, raw, path, row) {
    if (!item.compute) return item.normalise(own(raw, item.code));
    return (this.computed[path] = computed(item, item.compute.value(this.facts, row)));
  }

  collect() {
    if (!this.readable) this.errors.push({ path: "", title: this.form.title, kind: "type", message: "提交的内容格式不正确，请重新填写", severity: "error" });
    const answers = {};
    for (const item of this.form.fields.filter((f) => this.shown.has(f.code))) {
      this.visible.add(item.path);
      const value = this.values.get(item.code) ?? null;
      this.examine(item, item.path, null, value, NO_ROW);
      const kept = item.type === "group" && Array.isArray(value) ? this.collectRows(item) : keep(value);
      if (kept !== null) answers[item.code] = kept;
      for (const check of this.form.checks) if (check.fields.find((code) => this.shown.has(code)) === item.code) this.check(check, item);
    }
    return answers;
  }

  collectRows(group) {
    return this.rows.get(group.code).map((row, n) => {
      const answers = {};
      for (const item of group.columns.filter((c) => row.visible.has(c.code))) {
        const path = `${group.code}/${n}/${item.code}`, value = row.values.get(item.code) ?? null;
        this.visible.add(path);
        this.examine(item, path, n, value, row.facts);
        const kept = keep(value);
        if (kept !== null) answers[item.code] = kept;
      }
      return answers;
    });
  }

  examine(item, path, row, value, rowFacts) {
    if (item.compute || item.type === "static") return;
    const required = item.requiredWhen ? item.requiredWhen.holds(this.facts, rowFacts) : item.required;
    if (required) {
      for (const p of [path, ...item.parts.map(([part]) => `${path}/${part}`)]) this.required.add(p);
      this.lack(item, path, row, value);
    }
    if (value === null) return;
    const faults = value instanceof Wrong ? [fault("type", TYPE_REST)] : item.faults(value, this.facts);
    for (const f of faults) this.say(item, path, row, f.part, f.kind, f.whole || subject(item, f.part) + f.rest, f.severity);
  }

  lack(item, path, row, value) {
    if (value instanceof Wrong) return;
    const missing = item.parts.length ? item.parts.map(([part]) => part).filter((part) => !Object.hasOwn(value ?? {}, part)) : value === null ? [""] : [];
    for (const part of missing) this.say(item, path, row, part, "required", request(item, part), "error");
  }

  say(item, path, row, part, kind, message, severity) {
    this.errors.push({ path: part ? `${path}/${part}` : path, title: item.title, kind, message: row === null ? message : `第${row + 1}行：${message}`, severity });
  }

  check({ when, require, types, message, severity }, first) {
    if ((when && !when.holds(this.facts)) || require.holds(this.facts)) return;
    if ([...require.needed].every((path) => TYPED[types[path]](own(this.facts, path)) !== null)) {
      this.errors.push({ path: first.path, title: first.title, kind: "check", message, severity: severity ?? "error" });
    }
  }
}

function subject(item, part) {
  const title = item.parts.find(([code]) => code === part)?.[1];
  return title ? `“${item.title}”的${title}` : `“${item.title}”`;
}

function request(item, part) {
  if (part) {
    const [, , type, chosen] = item.parts.find(([code]) => code === part);
    return `请${chosen || type === "date" ? "选择" : "填写"}${subject(item, part)}`;
  }
  if (item.type === "attachment") return `请上传“${item.title}”`;
  if (item.type === "group") return `请至少填写一行“${item.title}”`;
  return `请${CHOSEN.has(item.type) ? "选择" : "填写"}“${item.title}”`;
}

const texts = (value) => Object.entries(value).filter(([, given]) => typeof given === "string");

function declare(facts, path, value) {
  if (value instanceof Wrong) return;
  if (isObject(value)) for (const [part, given] of texts(value)) facts[`${path}.${part}`] = given;
  else facts[path] = value;
}

function keep(value) {
  if (value instanceof Wrong) return null;
  if (!isObject(value)) return value;
  const kept = texts(value);
  return kept.length ? Object.fromEntries(kept) : null;
}

function computed(item, value) {
  if (value === null) return null;
  if (item.type === "number" || item.type === "money") {
    const exact = typeof value === "string" ? number(value) : null;
    if (exact === null) return null;
    return item.type === "money" ? fixed(exact, 2) : plain(rounded(exact, item.spec.scale ?? 6));
  }
  const settled = item.normalise(item.type === "choices" ? [value] : value);
  return settled instanceof Wrong || isObject(settled) ? null : settled;
}

function initial(fields, facts) {
  const started = {};
  for (const item of fields.filter((f) => !f.compute)) {
    const given = own(facts, item.spec.default_from ?? "");
    const raw = given === undefined || given === null || given === "" || given?.length === 0 ? item.spec.default : given;
    const told = typeof raw === "number" ? String(raw) : item.type === "choices" && typeof raw === "string" ? [raw] : raw;
    const value = item.normalise(told);
    if (value !== null && !(value instanceof Wrong)) started[item.code] = value;
  }
  return started;
}
