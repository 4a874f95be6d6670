// Standing words above the case, one per subject, each with its ways out.

import { $, el } from "../ui/dom.js";

export function tell(subject, tone, words, ways = []) {
  clear(subject);
  $("#notices").append(el("div", { class: `alert ${tone}`, role: "status", "data-subject": subject }, el("span", { class: "grow" }, words),
    ways.map(([label, act]) => el("button", { type: "button", class: "button small", onclick: act }, label))));
}

export function clear(subject) { $(`#notices [data-subject="${subject}"]`)?.remove(); }
