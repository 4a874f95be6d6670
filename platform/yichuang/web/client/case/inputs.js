// The fields of an action's dialog, built from the flow's `inputs`; read back as what the server takes.

import { $, $$, el } from "../ui/dom.js";
import { PointsEditor } from "./points.js";

const TEXTS = { text: "text", days: "number", date: "date" };
const UNITS = { working_day: "个工作日", day: "个自然日", calendar_day: "个自然日" };
const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

export class Inputs {
  constructor(offer, page) {
    this.inputs = offer.inputs ?? [];
    this.editors = new Map();
    this.nodes = this.inputs.map((input) => this.field(input, page));
  }

  field(input, page) {
    const id = `input-${input.code}`;
    const words = [input.title, input.unit && input.type === "days" ? `（${UNITS[input.unit] ?? "日"}）` : "", input.required ? el("span", { class: "needed", "aria-hidden": "true" }, "*") : el("span", { class: "hint" }, "（可不填）")];
    const hint = input.hint ? el("p", { class: "hint", id: `${id}-hint` }, input.hint) : null;
    const error = el("p", { class: "error", id: `${id}-error`, hidden: true });
    if (input.type === "points") {
      const editor = new PointsEditor(page);
      this.editors.set(input.code, editor);
      return el("fieldset", { class: "deed-field", "data-code": input.code }, el("legend", { class: "label" }, words), hint, editor.node, error);
    }
    if (input.type === "boolean") return el("div", { class: "deed-field", "data-code": input.code }, el("label", { class: "choice" }, el("input", { type: "checkbox", id, name: input.code }), input.title), hint, error);
    if (input.type === "choice" && (input.options ?? []).length <= 6) return this.radios(input, words, hint, error);
    return el("div", { class: "deed-field", "data-code": input.code }, el("label", { class: "label", for: id }, words), hint, control(input, id, this.start(input, page)), error);
  }

  // The usual term for corrections, where one is asked for together with its points.
  start(input, page) { return input.type === "days" && this.inputs.some((one) => one.type === "points") ? page.wire.correction_days : null; }

  radios(input, words, hint, error) {
    const ways = (input.options ?? []).map(([code, title]) => el("label", { class: "choice" }, el("input", { type: "radio", name: input.code, value: code }), title));
    return el("fieldset", { class: "deed-field", "data-code": input.code }, el("legend", { class: "label" }, words), hint, el("div", { class: "choices" }, ways), error);
  }

  values(root) { return Object.fromEntries(this.inputs.map((input) => [input.code, this.value(root, input)]).filter(([, value]) => value !== undefined)); }

  value(root, input) {
    if (input.type === "points") return this.editors.get(input.code).value();
    const nodes = $$(`[name="${input.code}"]`, root), node = nodes[0];
    if (input.type === "boolean") return node.checked;
    if (node.type === "radio") return nodes.find((one) => one.checked)?.value;
    const text = node.value.trim();
    if (!text) return undefined;
    if (input.type === "days") return Number(text);
    return input.type === "people" ? text.split(/[、,，;；\s]+/).filter(Boolean) : text;
  }

  // Faults as {field, message}: the page's own before sending, the server's after.
  missing(values) {
    const empty = (value) => value === undefined || value === "" || (Array.isArray(value) && !value.length);
    const own = this.inputs.filter((input) => input.required && input.type !== "boolean" && empty(values[input.code])).map((input) => ({ field: input.code, message: `请填写“${input.title}”` }));
    return own.concat([...this.editors.values()].flatMap((editor) => editor.faults()));
  }

  mark(root, problems) {
    $$(".deed-field", root).forEach((box) => {
      const fault = problems.find((problem) => problem.field === box.dataset.code || problem.field?.startsWith(`${box.dataset.code}/`) || problem.field === `inputs/${box.dataset.code}`);
      const error = $(":scope > .error", box);
      error.hidden = !fault;
      error.textContent = fault?.message ?? "";
      $$("input, textarea, select", box).forEach((node) => { node.setAttribute("aria-invalid", String(Boolean(fault))); });
    });
    $('[aria-invalid="true"]', root)?.focus();
  }
}

function control(input, id, start) {
  const shared = { id, name: input.code, class: "input", "aria-describedby": `${input.hint ? `${id}-hint ` : ""}${id}-error`, maxlength: input.max_length, required: input.required };
  if (input.type === "longtext") return el("textarea", { ...shared, rows: 4 });
  if (input.type === "people") return el("input", { ...shared, type: "text", placeholder: "多人用顿号分开" });
  if (input.type === "choice") return el("select", shared, el("option", { value: "" }, "请选择"), (input.options ?? []).map(([code, title]) => el("option", { value: code }, title)));
  const bounds = input.type === "days" ? { min: input.min ?? 1, max: input.max ?? 999 } : {};
  return el("input", { ...shared, ...bounds, type: TEXTS[input.type] ?? "text", value: input.type === "date" ? today() : start });
}
