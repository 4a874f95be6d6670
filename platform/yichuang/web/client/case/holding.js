// Whose hands the case is in: taken, let go, handed over by a lead.

import { el, modal, toast } from "../ui/dom.js";
import { get, post } from "../ui/net.js";

export async function take(page) { await settled(page, "take"); }
export async function release(page) { await settled(page, "release"); }

async function settled(page, way) {
  try { page.lay(await post(`${page.url}/${way}`, {})); } catch (error) { toast(error.message, 6); }
}

// A lead takes the case over or gives it to a colleague, with a reason. Resolves with whether it is now their own.
export async function handOver(page, title = "接手这个办件") {
  let people;
  try { ({ people } = await get(`${page.url}/colleagues`)); } catch (error) { toast(error.message, 6); return false; }
  return new Promise((resolve) => {
    let mine = false;
    const to = el("select", { class: "input", id: "hand-over-to" }, people.map(({ name, title: words }) => el("option", { value: name }, words)));
    const reason = el("input", { class: "input", id: "hand-over-reason", maxlength: 200 }), error = el("p", { class: "error", role: "alert", hidden: true });
    const wrong = (words) => { error.textContent = words; error.hidden = false; reason.focus(); };
    const form = el("form", { id: "hand-over-form", onsubmit: async (event) => {
      event.preventDefault();
      if (!reason.value.trim()) return wrong("请写明接手或改派的原因");
      try { page.lay(await post(`${page.url}/hand-over`, { to: to.value, reason: reason.value.trim() })); mine = to.value === people[0].name; dialog.close(); } catch (problem) { wrong(problem.message); }
    } }, el("label", { class: "label", for: "hand-over-to" }, "由谁办理"), to, el("label", { class: "label spaced", for: "hand-over-reason" }, "原因"), reason, error);
    const dialog = modal(title, { kind: "deed-dialog", body: form, foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消 ", el("kbd", {}, "Esc")), el("button", { type: "submit", form: "hand-over-form", class: "button primary" }, "确定 ", el("kbd", {}, "Enter"))] });
    dialog.addEventListener("close", () => resolve(mine));
    reason.focus();
  });
}
