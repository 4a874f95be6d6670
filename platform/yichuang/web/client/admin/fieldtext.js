// A text with fields of the case in it: typed, and fields picked from the list by their Chinese titles. Below, how it reads.

import { el } from "../ui/dom.js";
import { picker } from "./picker.js";

const TOKEN = /\{([^{}\n]{0,80})\}/g;

export function fieldtext({ ctx, schema, holder, key, set, id, title, required }) {
  const known = new Map(ctx.fields.map((field) => [field.path, field]));
  const input = el("textarea", { class: "input", id, rows: Math.min(8, Math.max(1, Math.ceil((holder[key] ?? "").length / 40))), maxlength: schema.maxLength, "aria-required": required ? "true" : undefined });
  input.value = holder[key] ?? "";
  const reading = el("p", { class: "reading-text", "aria-live": "polite" });
  const options = ctx.fields.map((field) => ({ code: field.path, title: field.title, hint: field.type, group: field.scope }));
  const pick = picker({ label: `在“${title}”中插入字段`, options, placeholder: "插入字段…", optional: false, keep: false, pick: insert });
  pick.addEventListener("input", (event) => event.stopPropagation());
  const search = pick.querySelector("input");
  let spot = null;

  function taken() {
    set(input.value);
    read();
  }
  function insert(path) {
    if (!path) return;
    const [from, to] = spot ?? [input.value.length, input.value.length];
    input.setRangeText(`{${path}}`, from, to, "end");
    spot = null;
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function read() {
    const parts = [];
    let at = 0;
    for (const found of input.value.matchAll(TOKEN)) {
      const field = known.get(found[1].trim());
      parts.push(input.value.slice(at, found.index), el("span", { class: field ? "token" : "token lost" }, field?.title ?? `没有字段“${found[1]}”`));
      at = found.index + found[0].length;
    }
    reading.hidden = !parts.length;
    reading.replaceChildren(...(parts.length ? [el("span", { class: "muted" }, "读作："), ...parts, input.value.slice(at)] : []));
  }
  input.addEventListener("input", taken);
  input.addEventListener("blur", () => { spot = [input.selectionStart, input.selectionEnd]; });
  // An opening brace asks for a field: the list opens, the brace itself is not kept.
  input.addEventListener("beforeinput", (event) => {
    if (event.data !== "{" || event.isComposing) return;
    event.preventDefault();
    spot = [input.selectionStart, input.selectionEnd];
    search.focus();
    search.click();
  });
  search.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); input.focus(); } });
  read();
  return el("div", { class: "fieldtext" }, input, el("div", { class: "fieldtext-tools" }, pick), reading);
}
