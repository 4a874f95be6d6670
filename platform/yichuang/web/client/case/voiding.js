// A document made void, with the reason; its number is not given out again.

import { $, el, modal, toast } from "../ui/dom.js";
import { post } from "../ui/net.js";

export function voiding(page, document_, title) {
  const reason = el("textarea", { class: "input", id: "void-reason", rows: 2, maxlength: 200 }), error = el("p", { class: "error", role: "alert", hidden: true });
  const form = el("form", { id: "void-form", onsubmit: async (event) => {
    event.preventDefault();
    try { page.lay(await post(`${page.url}/documents/${document_}/void`, { reason: reason.value.trim() })); dialog.close(); toast("已作废"); }
    catch (problem) { error.textContent = problem.message; error.hidden = false; reason.focus(); }
  } }, el("p", {}, "作废后文书编号不再使用，扫码核验时显示已作废。"), el("label", { class: "label", for: "void-reason" }, "作废原因"), reason, error);
  const dialog = modal(`作废：${title}`, { body: form, foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消"), el("button", { type: "submit", form: "void-form", class: "button danger" }, "作废")] });
  $("textarea", dialog).focus();
}
