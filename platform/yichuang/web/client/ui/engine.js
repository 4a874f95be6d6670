// What the pages ask of the engine: one call with the content, one answer with everything that follows from it.
// Where a condition reads who applies, that is asked first, as a question of its own.

import { compileItem } from "../engine/index.js";

export const KIND = "@kind";

export class Decider {
  // `wire` from the server; `context` {today, window, hall, street}.
  constructor(wire, context) {
    Object.assign(this, { wire, item: compileItem(wire), context });
    const kind = wire.facts?.["applicant.kind"];
    this.kind = kind?.options ? { code: KIND, title: "申请人是", kind: "single", depth: 1, options: Object.entries(kind.options).map(([code, title]) => ({ code, title })) } : null;
  }

  facts(content) {
    const { today, window, hall, street } = this.context;
    const given = {
      "item.code": this.wire.code, "item.case_type": this.wire.case_type, "item.department": this.wire.department,
      "applicant.kind": content.applicant?.kind, "date.today": today, "org.hall": hall, "org.street": street, "org.window": window,
    };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  }
}
