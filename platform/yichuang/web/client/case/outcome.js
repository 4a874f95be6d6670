// What an action brought: its documents, the first ready to be printed by Enter, and the way to the next case.

import { $, el, modal, toast } from "../ui/dom.js";
import { print } from "../ui/print.js";

export function outcome(page, offer, documents) {
  if (!documents.length) { toast(`${offer.title}：完成，现在是“${page.wire.state_title}”`); return settle(); }
  const lines = documents.map((one) => el("li", {}, el("div", { class: "grow" }, el("strong", {}, one.title), el("p", { class: "small muted" }, one.number ?? "")),
    el("a", { class: "button", href: address(page, one.id), target: "_blank", rel: "noopener" }, "打开"),
    el("button", { type: "button", class: "button primary", onclick: (event) => { print(address(page, one.id), dialog); $("button.primary", event.target.closest("li").nextElementSibling ?? dialog.lastElementChild)?.focus(); } }, "打印 ", el("kbd", {}, "Enter"))));
  const dialog = modal(`${offer.title}：完成`, { kind: "outcome-dialog", body: [el("p", {}, `现在是“${page.wire.state_title}”，已出具：`), el("ul", { class: "outcome" }, lines)],
    foot: [el("a", { class: "button", href: "/desk/cases" }, "回到待办 ", el("kbd", {}, "Alt+Q")), el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "留在本件 ", el("kbd", {}, "Esc"))] });
  dialog.keepsFocus = true;
  dialog.addEventListener("close", settle);
  $("button.primary", dialog).focus();
}

export const address = (page, document) => `${page.url}/documents/${document}.pdf`;

// After a deed: to the next thing to do on the page.
function settle() {
  const next = $(".deed .button.primary:not([aria-disabled])");
  (next ?? $("#main")).focus({ preventScroll: true });
}
