// An item from its wire: questions, checklist, tips and form, decided at once. The twin of yichuang.items.

import { compileCondition } from "./conditions.js";
import { FactBook } from "./facts.js";
import { compileForm, factsOf } from "./forms.js";
import { isObject } from "./normalising.js";
import { own } from "./facts.js";
import { because, describe, instead, lacking } from "./words.js";

const condition = (wire) => (wire ? compileCondition(wire) : null);

export function compileItem(wire, tables = {}) { return new Item(wire, tables); }

class Item {
  constructor(wire, tables) {
    this.wire = wire;
    this.use(tables);
    this.questions = [...questions(wire.questions ?? [], 1, null, null)];
    this.materials = wire.materials.map((m) => ({ body: m, needed: condition(m.needed_when), commitment: condition(m.commitment?.when) }));
    this.tips = (wire.tips ?? []).map((tip) => ({ tip, when: condition(tip.when) }));
  }

  // Code tables that were fetched since: {code: entries}.
  use(tables) {
    this.form = this.wire.form ? compileForm(this.wire.form, tables) : null;
    this.book = bookOf(this.wire, this.form);
  }

  // `applicant` {kind}, `org` {hall, street, window}, `date` YYYY-MM-DD; or these by their own names (`today`, `window`, …).
  decide({ situation, answers, applicant, org, date, today, hall, street, window }) {
    const place = { hall, street, window, ...org };
    const outer = { "item.code": this.wire.code, "item.case_type": this.wire.case_type, "item.department": this.wire.department,
      "applicant.kind": applicant?.kind, "org.hall": place.hall, "org.street": place.street, "org.window": place.window, "date.today": date ?? today };
    return this.decideWith(situation, answers, Object.fromEntries(Object.entries(outer).filter(([, value]) => value)));
  }

  decideWith(situation, answers, outer) {
    const { shown, facts } = asked(this.questions, situation, outer);
    const form = this.form ? this.form.decide(answers, facts) : null, known = form?.facts ?? facts;
    const errors = situationErrors(shown, situation);
    return {
      questions: shown.map(({ spec, depth, parent, option }) => ({ ...plainQuestion(spec), depth, parent, option, answer: own(isObject(situation) ? situation : {}, spec.code) ?? null })),
      situation_errors: errors, situationErrors: errors, form, checklist: this.materials.map((m) => entry(m, known, this.book)), tips: this.tipsFor(known),
      visible: form?.visible ?? new Set(), required: form?.required ?? new Set(), computed: form?.computed ?? {}, errors: form?.errors ?? [], answers: form?.answers ?? {},
    };
  }

  tipsFor(facts) {
    const today = facts["date.today"] ?? "";
    const on = ({ tip, when }) => (!tip.from || (today && tip.from <= today)) && (!tip.to || (today && today <= tip.to)) && (!when || when.holds(facts));
    return this.tips.filter(on).map(({ tip }) => tip);
  }
}

function* questions(nested, depth, parent, option) {
  for (const spec of nested) {
    yield { spec, depth, parent, option, visible: condition(spec.visible_when), multiple: spec.kind === "multiple" };
    for (const o of spec.options) yield* questions(o.questions ?? [], depth + 1, spec.code, o.code);
  }
}

function plainQuestion({ code, title, hint = "", kind, options }) {
  return { code, title, hint, kind, options: options.map((o) => ({ code: o.code, title: o.title, hint: o.hint ?? "", stop: o.stop ?? "" })) };
}

function chosen({ spec, multiple }, raw) {
  const given = multiple ? (Array.isArray(raw) ? raw : []) : [raw];
  return spec.options.map((o) => o.code).filter((code) => given.includes(code));
}

function asked(all, situation, outer) {
  const given = isObject(situation) ? situation : {}, picked = new Map(), shown = [];
  const facts = Object.fromEntries(Object.entries(outer).filter(([path]) => !path.startsWith("situation.")));
  for (const question of all) {
    const { spec, parent, option, visible, multiple } = question;
    if (parent !== null && !picked.get(parent)?.includes(option)) continue;
    if (visible && !visible.holds(facts)) continue;
    shown.push(question);
    const codes = chosen(question, own(given, spec.code));
    picked.set(spec.code, codes);
    if (codes.length) facts[`situation.${spec.code}`] = multiple ? codes : codes[0];
  }
  return { shown, facts };
}

function refused(question, raw) {
  if (raw === undefined || raw === null || raw === "" || (Array.isArray(raw) && !raw.length)) return false;
  const codes = chosen(question, raw);
  return question.multiple ? !Array.isArray(raw) || raw.some((v) => !codes.includes(v)) : !codes.length;
}

function situationErrors(shown, situation) {
  const given = isObject(situation) ? situation : {}, found = [];
  for (const question of shown) {
    const { code, title, options } = question.spec, raw = own(given, code), codes = chosen(question, raw);
    const say = (kind, message) => found.push({ path: code, title, kind, message, severity: "error" });
    if (refused(question, raw)) say("option", `“${title}”只能从列出的选项中选择`);
    else if (!codes.length) say("required", `请选择“${title}”`);
    for (const o of options) if (o.stop && codes.includes(o.code)) say("stop", o.stop);
  }
  return found;
}

function entry({ body, needed: condition, commitment }, facts, book) {
  const optional = body.necessity === "optional";
  let needed = true, undecided = false, words = optional ? "可以不交" : "所有申请都需要";
  if (condition) {
    const trace = condition.trace(facts);
    needed = trace.holds;
    undecided = !needed && lacking(trace);
    words = needed ? `${optional ? "可以交" : "需要"}：因为${because(trace, book)}`
      : `${undecided ? "暂不需要" : "不需要"}：${because(trace, book)}（${instead(trace, book)}时需要）`;
  }
  const [able, told] = commit(body, commitment, facts, book);
  return {
    code: body.code, material: body, necessity: body.necessity, needed, optional, undecided, words,
    condition: condition ? describe(condition.wire, book) : "", commitment: able, commitment_words: told,
  };
}

function commit(body, when, facts, book) {
  if (!body.commitment?.available) return [false, ""];
  if (!when) return [true, ""];
  const trace = when.trace(facts);
  if (trace.holds) return [true, `可以承诺：因为${because(trace, book)}`];
  return [false, `不能承诺：${because(trace, book)}（${instead(trace, book)}时可以）`];
}

function bookOf(wire, form) {
  const book = new FactBook();
  for (const [path, label] of Object.entries(wire.facts ?? {})) book.add(path, { ...label, options: label.options ? new Map(Object.entries(label.options)) : null });
  for (const { spec } of questions(wire.questions ?? [], 1, null, null)) {
    book.add(`situation.${spec.code}`, { type: spec.kind === "multiple" ? "texts" : "text", title: spec.title, options: new Map(spec.options.map((o) => [o.code, o.title])) });
  }
  for (const field of form?.fields ?? []) {
    for (const [path, label] of factsOf(field, "form.")) book.add(path, label);
    for (const column of field.columns) for (const [path, label] of factsOf(column, `form.${field.code}[].`)) book.add(path, label);
  }
  return book;
}
