// What the pages ask of the engine: one call with the content, one answer with everything that follows from it.
// Where a condition reads who applies, that is asked first, as a question of its own.

import { compileItem } from "../engine/index.js";
import { table } from "./tables.js";

const KIND = "@kind";

export class Decider {
  // `wire` from the server; `context` {today, window, hall, street}; `changed` is called when a fetched table makes a difference.
  constructor(wire, context, { release, changed } = {}) {
    Object.assign(this, { wire, item: compileItem(wire), context });
    const kind = wire.facts?.["applicant.kind"];
    this.kind = kind?.options && { code: KIND, title: "申请人是", kind: "single", depth: 1, hint: "", options: Object.entries(kind.options).map(([code, title]) => ({ code, title })) };
    if (release && changed) this.fetch(release, changed);
  }

  async fetch(release, changed) {
    const names = [...tablesIn(this.wire.form)], fetched = {};
    for (const name of names) fetched[name] = await table(release, name).catch(() => null);
    if (!names.length || Object.values(fetched).includes(null)) return;
    this.item.use(fetched);
    changed();
  }

  decide(content) {
    const decision = this.item.decide({ situation: content.situation ?? {}, answers: content.answers ?? {}, applicant: content.applicant ?? {}, ...this.context });
    if (!this.kind) return decision;
    const open = content.applicant?.kind ? [] : [{ path: KIND, title: this.kind.title, kind: "required", message: `请选择“${this.kind.title}”`, severity: "error" }];
    return { ...decision, questions: [this.kind, ...decision.questions], situation_errors: [...open, ...decision.situation_errors] };
  }

  // The answers as the questions show them, and back again.
  shown(content) { return this.kind ? { [KIND]: content.applicant?.kind, ...content.situation } : content.situation; }

  taken(answers, content) {
    const { [KIND]: kind, ...situation } = answers;
    return this.kind ? { situation, applicant: { ...content.applicant, kind } } : { situation };
  }

  fill(path, value) { return this.item.form?.fill(path, value) ?? {}; }

  // The facts from outside of the form, those of the situation among them.
  facts(content) {
    const { today, window, hall, street } = this.context;
    const asked = this.item.decide({ situation: content.situation ?? {}, answers: {}, applicant: content.applicant ?? {}, ...this.context }).questions;
    const facts = { "item.code": this.wire.code, "item.case_type": this.wire.case_type, "item.department": this.wire.department,
      "applicant.kind": content.applicant?.kind, "date.today": today, "org.window": window, "org.hall": hall, "org.street": street };
    for (const { code, answer } of asked) facts[`situation.${code}`] = answer;
    return Object.fromEntries(Object.entries(facts).filter(([, value]) => value && value.length));
  }

  initial(content) { return this.item.form?.initial(this.facts(content)) ?? {}; }

  row(group, content) { return this.item.form?.initialRow(group, this.facts(content)) ?? {}; }
}

function* tablesIn(node) {
  if (Array.isArray(node)) for (const entry of node) yield* tablesIn(entry);
  else if (node && typeof node === "object") {
    if (typeof node.table === "string") yield node.table;
    for (const value of Object.values(node)) yield* tablesIn(value);
  }
}

// Fields that take their start from the situation follow it until they are filled in by hand. Gives the new answers, or null.
export function carry(decider, before, after) {
  const [was, now] = [decider.initial(before), decider.initial(after)];
  const answers = { ...after.answers };
  let moved = false;
  for (const key of new Set([...Object.keys(was), ...Object.keys(now)])) {
    if (JSON.stringify(was[key]) === JSON.stringify(now[key])) continue;
    if (answers[key] !== undefined && JSON.stringify(answers[key]) !== JSON.stringify(was[key])) continue;
    if (now[key] === undefined) delete answers[key];
    else answers[key] = now[key];
    moved = true;
  }
  return moved ? answers : null;
}
