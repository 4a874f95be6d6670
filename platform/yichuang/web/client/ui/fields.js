// Reading and writing the inputs of one field, by its type. Paths are those of the answers: `shareholders/0/amount`.

import { el } from "./dom.js";

const SQUEEZED = new Set(["number", "money", "id_number", "credit_code", "phone", "email"]);
const COMPOSITE = new Set(["date_range", "address", "person", "organisation"]);

export const composite = (type) => COMPOSITE.has(type);

// What the input says, as an answer; undefined for nothing. Full-width digits become digits, spaces and commas go where they mean nothing.
export function read(container) {
  const { type, path } = container.dataset;
  if (type === "boolean") {
    const chosen = container.querySelector("input:checked");
    return chosen ? chosen.value === "true" : undefined;
  }
  if (type === "choices") {
    const chips = container.querySelector(".chips");
    const chosen = chips ? [...chips.children].map((chip) => chip.dataset.code) : [...container.querySelectorAll("input:checked")].map((i) => i.value);
    return chosen.length ? chosen : undefined;
  }
  if (type === "attachment") {
    const files = [...container.querySelectorAll(".file")].map(({ dataset }) => ({ name: dataset.name, size: +dataset.size, digest: dataset.digest }));
    return files.length ? files : undefined;
  }
  const radios = container.querySelectorAll('input[type="radio"]');
  if (radios.length) return [...radios].find((radio) => radio.checked)?.value;
  const input = container.querySelector(`[name="${path}"]`);
  return input ? normal(type, input.value) : undefined;
}

export function normal(type, raw) {
  let value = raw;
  if (SQUEEZED.has(type)) value = value.normalize("NFKC").replace(/[\s,，]/g, "");
  if (type === "id_number" || type === "credit_code") value = value.toUpperCase();
  return value.trim() === "" ? undefined : value;
}

// Puts an answer into the inputs; what is there already is left alone, so that a cursor never jumps.
export function write(container, value, titles) {
  if (same(read(container), value)) return;
  const { type, path } = container.dataset;
  const asText = value === undefined || value === null ? "" : String(value);
  if (type === "choices" && container.querySelector(".chips")) return writeChips(container, value ?? [], titles);
  if (type === "attachment") return writeFiles(container, value ?? []);
  const buttons = container.querySelectorAll('input[type="radio"], input[type="checkbox"]');
  if (buttons.length) {
    const chosen = Array.isArray(value) ? value : [asText];
    buttons.forEach((button) => { button.checked = chosen.includes(button.value); });
    return;
  }
  const input = container.querySelector(`[name="${path}"]`);
  if (!input) return;
  input.value = asText;
  const combo = container.querySelector('input[role="combobox"]');
  if (combo) { combo.value = asText; titles?.(container, asText, (title) => { if (input.value === asText) combo.value = title; }); }
}

function same(a, b) { return JSON.stringify(a ?? null) === JSON.stringify(b ?? null); }

export function writeChips(container, codes, titles) {
  container.querySelector(".chips").replaceChildren(...codes.map((code) => {
    const label = el("span", {}, code);
    titles?.(container, code, (title) => { label.textContent = title; });
    return el("li", { class: "chip", "data-code": code }, label, el("button", { type: "button", class: "remove", "aria-label": `移除 ${code}` }, "×"));
  }));
}

export function writeFiles(container, files) {
  container.querySelector(".files").replaceChildren(...files.map((file) => el("li", {
    class: "file", "data-name": file.name, "data-size": file.size, "data-digest": file.digest,
  }, el("span", { class: "name" }, file.name), el("button", { type: "button", class: "button quiet small remove", "aria-label": `移除 ${file.name}` }, "移除"))));
}

export function getAt(answers, path) {
  return path.split("/").reduce((at, step) => (at === undefined || at === null ? undefined : at[step]), answers);
}

// Sets `path` in place; rows that aren't there yet come into being. Undefined removes.
export function setAt(answers, path, value) {
  const steps = path.split("/");
  let at = answers;
  steps.slice(0, -1).forEach((step, index) => {
    if (at[step] === undefined || at[step] === null || typeof at[step] !== "object") at[step] = /^\d+$/.test(steps[index + 1]) ? [] : {};
    at = at[step];
  });
  const last = steps.at(-1);
  if (value === undefined) delete at[last];
  else at[last] = value;
  if (steps.length > 1 && value === undefined && !Array.isArray(at) && !Object.keys(at).length && !/^\d+$/.test(steps.at(-2))) setAt(answers, steps.slice(0, -1).join("/"), undefined);
}
