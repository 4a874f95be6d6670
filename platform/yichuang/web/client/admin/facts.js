// The facts a condition may read, offered by title and grouped by where they come from.

import { el } from "../ui/dom.js";
import { picker } from "./picker.js";

// All facts for a place: those of everywhere, and inside a repeating group those of the row.
export function factsAt(ctx, place, scopes) {
  const group = place.lastIndexOf("fields"), body = ctx.draft.body;
  const inside = body.kind === "form" && place.filter((step) => step === "fields").length > 1 ? body.sections?.[place[1]]?.fields?.[place[3]]?.code : null;
  const rows = inside ? ctx.facts.rows[inside] ?? [] : body.kind === "mapping" ? ctx.facts.rows[eachAround(body, place)] ?? [] : [];
  const allowed = scopes ? new Set(scopes) : null;
  return [...rows, ...ctx.facts.facts].filter((fact) => group >= -1 && (!allowed || allowed.has(fact.path.split(".")[0])));
}

// Of a place in a mapping, the repeated content whose rows its lines read.
function eachAround(body, place) {
  let node = body, each = "";
  for (const [index, step] of place.entries()) {
    if (step === "lines" && index > 0) each = node?.each ?? each;
    node = node?.[step];
  }
  return each;
}

export function bookOf(facts) {
  return new Map(facts.map((fact) => [fact.path, { ...fact, options: fact.options ? new Map(fact.options) : undefined }]));
}

export function factPicker(ctx, { label, chosen, pick, place, filter = (fact) => !fact.column, scopes }) {
  const options = factsAt(ctx, place, scopes).filter(filter).map((fact) => ({ code: fact.path, title: fact.title, hint: TYPES[fact.type], group: ctx.facts.scopes[fact.path.split(".")[0]] }));
  return el("span", { class: "fact" }, picker({ label, options, chosen, pick, placeholder: "选择栏目或情形…", optional: false }));
}

const TYPES = { text: "", number: "数字", boolean: "是／否", date: "日期", time: "时间", texts: "多选", rows: "重复组", file: "附件" };
