// Standing words above the form, each with its ways out; one per subject.

import { $, el } from "../ui/dom.js";

export function tell(subject, tone, words, ways) {
  clear(subject);
  $("#banner").append(el("div", { class: `alert ${tone}`, "data-subject": subject }, el("span", { class: "grow" }, words),
    ways.map(([label, act]) => el("button", { type: "button", class: "button small", onclick: act }, label))));
}

export function clear(subject) {
  const selector = subject ? `[data-subject="${subject}"]` : "[data-subject]";
  $("#banner").querySelectorAll(selector).forEach((node) => node.remove());
}
