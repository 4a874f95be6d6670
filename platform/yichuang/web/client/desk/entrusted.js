// Whether this window may take the item: said at once, with where to go; while it may not, the form rests and nothing is submitted.

import { $ } from "../ui/dom.js";
import { clear, tell } from "./banner.js";

export class Entrusted {
  constructor(choose) { Object.assign(this, { choose, shown: "", refused: "" }); }

  // `state` as from the server: {allowed, refused, way_out}; null for what is closed.
  show(state) {
    const refused = state && !state.allowed ? [state.refused, state.way_out].filter(Boolean).join("。") : "";
    if (refused === this.shown && Boolean(refused) === Boolean($('[data-subject="entrustment"]'))) return this.rest();
    Object.assign(this, { shown: refused, refused });
    clear("entrustment");
    if (refused) tell("entrustment", "bad", `本窗口不能受理该事项：${refused}。`.replace(/。+$/, "。"), [["换窗口", () => this.choose()]]);
    this.rest();
  }

  rest() {
    const button = $("#submit-button"), stopped = Boolean(this.refused);
    $("#form").inert = stopped;
    button.disabled = stopped;
    if (stopped) button.title = this.refused; else button.removeAttribute("title");
  }
}
