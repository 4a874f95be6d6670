// Decides what the parity test sends: a JSON line per item with its cases, a JSON line back.

import { createInterface } from "node:readline";
import { compileItem } from "../../../platform/yichuang/web/client/engine/index.js";

const plain = (form) => form && {
  visible: [...form.visible].sort(), required: [...form.required].sort(), computed: form.computed, errors: form.errors, answers: form.answers,
};

function decided(item, { situation, answers, outer, fills }) {
  try {
    const d = item.decideWith(situation, answers, outer);
    return {
      questions: d.questions.map((q) => [q.code, q.depth]), situation_errors: d.situation_errors, form: plain(d.form),
      checklist: d.checklist.map((e) => [e.code, e.needed, e.optional, e.undecided, e.words, e.condition, e.commitment, e.commitment_words]),
      tips: d.tips.map((t) => t.code), initial: item.form.initial(outer), filled: fills.map(([path, value]) => item.form.fill(path, value)),
    };
  } catch (error) { return { raised: String(error.stack) }; }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { wire, tables, cases } = JSON.parse(line), item = compileItem(wire, tables);
  process.stdout.write(JSON.stringify(cases.map((one) => decided(item, one))) + "\n");
}
