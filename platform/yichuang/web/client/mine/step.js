// A step the applicant may take: its inputs and its warning in a dialog, made from the flow's definition; then once, whatever one taps.

import { el, refocus } from "../ui/dom.js";

const DATES = { date: "date" };

export async function take(offer, button, { ready, send, tell }) {
  if (button.disabled) return;
  tell("");
  button.disabled = true;
  try {
    await ready();
    if (!offer.inputs.length && !offer.confirm) { await send({}); return location.replace(location.pathname); }
    await ask(offer, send);
  } catch (error) {
    tell(error.message === "网络中断" ? "网络中断，这一步还没有办成，恢复后再试" : error.message);
  } finally { button.disabled = false; }
}

function ask(offer, send) {
  return new Promise((resolve) => {
    const fault = el("p", { class: "error", role: "alert", hidden: true });
    const go = el("button", { class: `button ${offer.tone === "danger" ? "danger" : "primary"}` }, offer.title);
    const form = el("form", { method: "dialog" }, offer.confirm ? el("p", { class: "alert warn" }, offer.confirm) : null, offer.inputs.map(field), fault,
      el("div", { class: "foot" }, el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消"), go));
    const dialog = el("dialog", { class: "step-dialog", "aria-label": offer.title }, el("div", { class: "head" }, offer.title), el("div", { class: "body" }, form));
    const back = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); refocus(back); resolve(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      fault.hidden = true;
      try {
        await send(read(form, offer.inputs));
        location.replace(location.pathname);
      } catch (error) {
        fault.textContent = error.message === "网络中断" ? "网络中断，还没有办成，恢复后再试" : error.message;
        fault.hidden = false;
        go.disabled = false;
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function field(spec) {
  const id = `in-${spec.code}`, shared = { class: "input", id, name: spec.code, "aria-required": spec.required ? "true" : undefined };
  const label = el("label", { class: "label", for: id }, spec.title, spec.required ? el("span", { class: "needed", "aria-hidden": "true" }, "*") : null);
  const options = Array.isArray(spec.options) ? spec.options.map(({ code, title }) => [code, title]) : Object.entries(spec.options ?? {});
  const control = spec.type === "longtext" ? el("textarea", { ...shared, maxlength: spec.max_length })
    : spec.type === "choice" ? el("select", shared, el("option", { value: "" }, "请选择"), options.map(([code, title]) => el("option", { value: code }, title)))
      : spec.type === "boolean" ? el("select", shared, el("option", { value: "" }, "请选择"), el("option", { value: "true" }, "是"), el("option", { value: "false" }, "否"))
        : el("input", { ...shared, type: DATES[spec.type] ?? "text", inputmode: spec.type === "days" ? "numeric" : undefined, maxlength: spec.max_length });
  return el("div", { class: "field" }, label, spec.hint ? el("p", { class: "hint" }, spec.hint) : null, control);
}

function read(form, specs) {
  const given = {};
  for (const { code, type } of specs) {
    const value = form.elements[code].value.trim();
    if (value !== "") given[code] = type === "days" ? Number(value) : type === "boolean" ? value === "true" : value;
  }
  return given;
}
