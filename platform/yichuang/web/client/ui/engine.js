// What the pages ask of the engine: one call with the content, one answer with everything that follows from it.

import { compileItem } from "../engine/index.js";

export class Decider {
  // `wire` from the server; `context` {today, window}.
  constructor(wire, context) { Object.assign(this, { item: compileItem(wire), context }); }

  decide(content) {
    return this.item.decide({
      situation: content.situation ?? {}, answers: content.answers ?? {}, applicant: content.applicant ?? {}, ...this.context,
    });
  }
}
