// Whose hands the case is in: taken, let go, handed over by a lead.

import { $, el, modal, toast } from "../ui/dom.js";
import { post } from "../ui/net.js";

export async function take(page) { await settled(page, "take"); }
export async function release(page) { await settled(page, "release"); }

async function settled(page, way) {
  try { page.lay(await post(`${page.url}/${way}`, {})); } catch (error) { toast(error.message, 6); }
}

// A lead takes the case over, with a reason. Resolves with whether it was done.
export function handOver(page) {
  return new Promise((resolve) => {
    let done = false;
    const reason = el("input", { class: "input", id: "hand-over-reason", maxlength: 200 }), error = el("p", { class: "error", role: "alert", hidden: true });
    const form = el("form", { id: "hand-over-form", onsubmit: async (event) => {
      event.preventDefault();
      if (!reason.value.trim()) { error.textContent = "请写明接手的原因"; error.hidden = false; return reason.focus(); }
      try { page.lay(await post(`${page.url}/hand-over`, { reason: reason.value.trim() })); done = true; dialog.close(); } catch (problem) { error.textContent = problem.message; error.hidden = false; }
    } }, el("label", { class: "label", for: "hand-over-reason" }, "原因"), reason, error);
    const dialog = modal("接手这个办件", { body: form, foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消"), el("button", { type: "submit", form: "hand-over-form", class: "button primary" }, "接手")] });
    dialog.addEventListener("close", () => resolve(done));
    $("input", dialog).focus();
  });
}
