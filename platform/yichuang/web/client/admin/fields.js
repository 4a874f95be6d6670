// One property of a definition as a field: label, the widget its schema asks for, hint, room for findings.

import { el, toast } from "../ui/dom.js";
import { BROAD, widgetOf } from "./shape.js";
import { chips, picker } from "./picker.js";
import { cards } from "./cards.js";
import { conditionField } from "./condition.js";
import { expressionField } from "./expression.js";
import { factPicker } from "./facts.js";
import { fieldtext } from "./fieldtext.js";

let number = 0;

// `holder[key]` at `place` (a list of steps). `required`: may not be left out.
export function field(ctx, schema, holder, key, place, required) {
  schema = ctx.shape.of(schema);
  const kind = widgetOf(schema, ctx.shape), title = schema.title ?? key, id = `f-${(number += 1)}`;
  const use = { ctx, schema, holder, key, place, required, title, id, set: (value) => put(ctx, holder, key, value, place, required) };
  const broad = BROAD.has(kind) || (schema.maxLength ?? 0) > 250;
  const grouped = ["cards", "object", "choices", "lines", "condition", "expression", "references"].includes(kind);
  const heading = kind === "cards" ? el("h3", { class: "label" }, title, needed(required)) : grouped ? el("div", { class: "label" }, title, needed(required)) : kind === "switch" ? null : el("label", { class: "label", for: id }, title, needed(required));
  return el("div", { class: `field ${broad ? "broad" : ""} is-${kind}`, "data-place": place.join("/"), role: grouped ? "group" : undefined, "aria-label": grouped ? title : undefined },
    heading, MAKERS[kind](use), schema.description && !("x-widget" in schema && ["condition", "expression"].includes(kind)) ? el("p", { class: "hint" }, schema.description) : null, el("div", { class: "spot", role: "status" }));
}

const needed = (required) => (required ? el("span", { class: "needed", "aria-hidden": "true" }, "*") : null);

export function put(ctx, holder, key, value, place, required) {
  ctx.draft.change(() => {
    if ((value === undefined || value === "" || (Array.isArray(value) && !value.length)) && !required && !Array.isArray(holder)) delete holder[key];
    else holder[key] = value === undefined ? "" : value;
  }, place.join("/"));
  ctx.reworded?.();
}

function words({ schema, holder, key, set, id, required }) {
  const long = (schema.maxLength ?? 0) > 250;
  const input = el(long ? "textarea" : "input", { class: `input ${key === "code" || schema.pattern ? "mono" : ""}`, id, maxlength: schema.maxLength, rows: long ? 1 : undefined, "aria-required": required ? "true" : undefined, spellcheck: "false" });
  input.value = holder[key] ?? "";
  input.addEventListener("input", () => set(input.value));
  if (key === "title" || key === "question" || key === "text") input.addEventListener("change", () => input.dispatchEvent(new CustomEvent("named", { bubbles: true, detail: input.value })));
  return input;
}

function longtext({ schema, holder, key, set, id, required }) {
  const input = el("textarea", { class: "input", id, rows: Math.min(8, Math.max(2, Math.ceil((holder[key] ?? "").length / 46))), maxlength: schema.maxLength, "aria-required": required ? "true" : undefined });
  input.value = holder[key] ?? "";
  input.addEventListener("input", () => set(input.value));
  return input;
}

function numeric({ schema, holder, key, set, id, required }) {
  const input = el("input", { class: "input narrow", id, inputmode: "decimal", autocomplete: "off", "aria-required": required ? "true" : undefined });
  input.value = holder[key] ?? "";
  input.addEventListener("input", () => { const text = input.value.trim(); set(text === "" ? undefined : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text); });
  return input;
}

function day({ holder, key, set, id }) {
  const plain = !holder[key] || /^\d{4}-\d\d-\d\d$/.test(holder[key]);
  const input = el("input", { class: "input narrow", id, type: plain ? "date" : "text" });
  input.value = holder[key] ?? "";
  input.addEventListener("change", () => set(input.value));
  return input;
}

// A day with its time to the minute, kept as 2027-03-01 00:00 (Beijing time).
function moment({ holder, key, set, id, required }) {
  const plain = !holder[key] || /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(holder[key]);
  const input = el("input", { class: "input narrow", id, type: plain ? "datetime-local" : "text", step: plain ? "60" : undefined, "aria-required": required ? "true" : undefined });
  input.value = plain ? (holder[key] ?? "").replace(" ", "T") : holder[key];
  input.addEventListener("change", () => set(input.value.slice(0, 16).replace("T", " ")));
  return input;
}

function toggle({ ctx, schema, holder, key, set, id, title, required, place }) {
  const input = el("input", { type: "checkbox", id, role: "switch" });
  input.checked = holder[key] === true;
  input.addEventListener("change", () => { set(input.checked ? true : required ? false : undefined); ctx.reshape(place, key); });
  return el("label", { class: "toggle", for: id }, input, el("span", { class: "track", "aria-hidden": "true" }), el("span", {}, title));
}

function choice(use) {
  const { ctx, schema, holder, key, set, id, required, place } = use;
  const titles = schema["x-enum-titles"] ?? schema.enum;
  const select = el("select", { class: "input", id }, holder[key] === undefined || !required ? el("option", { value: "" }, required ? "请选择" : "不指定") : null,
    schema.enum.map((value, index) => el("option", { value: String(index) }, titles[index])),
    holder[key] !== undefined && !schema.enum.includes(holder[key]) ? el("option", { value: "other" }, `${holder[key]}（不可用）`) : null);
  const index = schema.enum.indexOf(holder[key]);
  select.value = holder[key] === undefined ? "" : index < 0 ? "other" : String(index);
  select.addEventListener("change", () => {
    if (select.value === "other") return;
    const value = select.value === "" ? undefined : schema.enum[+select.value];
    if (key === "type" && TYPED.has(ctx.draft.body.kind)) retype(ctx, holder, value, place);
    else set(value);
    ctx.reshape(place, key);
  });
  return select;
}

// Another type of field: what the new one has no use for goes with the old one (undo brings it back).
function retype(ctx, holder, type, place) {
  const gone = Object.keys(holder).filter((key) => ctx.belongs[key] && !ctx.belongs[key].includes(type));
  ctx.draft.change(() => {
    holder.type = type;
    gone.forEach((key) => delete holder[key]);
  });
  if (gone.length) toast("已去掉新类型用不到的设置，可按 Ctrl+Z 撤销");
}

// Several of a closed list, as boxes to tick; in groups with a heading each where the schema has `x-enum-groups`.
function several({ ctx, schema, holder, key, set }) {
  const items = ctx.shape.items(schema), given = new Set(holder[key] ?? []);
  const line = (values) => el("div", { class: "choice-line" }, values.map((value) => {
    const box = el("input", { type: "checkbox" });
    box.checked = given.has(value);
    box.addEventListener("change", () => { box.checked ? given.add(value) : given.delete(value); set(items.enum.filter((v) => given.has(v))); });
    return el("label", { class: "choice" }, box, items["x-enum-titles"]?.[items.enum.indexOf(value)] ?? value);
  }));
  const groups = items["x-enum-groups"];
  if (!groups) return line(items.enum);
  return el("div", { class: "choice-groups" }, groups.map(({ title, values }) => el("fieldset", {}, el("legend", { class: "small muted" }, title), line(values))));
}

function lines({ ctx, schema, holder, key, place, required, title }) {
  const long = ctx.shape.items(schema)["x-widget"] === "longtext", box = el("div", { class: "lines" });
  const list = () => holder[key] ?? [];
  const write = (values, again = true) => { put(ctx, holder, key, values, place, required); if (again) draw(); };
  const draw = (focus = -1) => {
    box.replaceChildren(...list().map((value, index) => {
      const input = el(long ? "textarea" : "input", { class: "input", rows: long ? 1 : undefined, "aria-label": `${title} ${index + 1}`, "data-place": [...place, index].join("/") });
      input.value = value;
      input.addEventListener("input", () => write(list().map((old, i) => (i === index ? input.value : old)), false));
      input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing && !event.shiftKey) { event.preventDefault(); write(list().toSpliced(index + 1, 0, "")); draw(index + 1); } });
      return el("div", { class: "line" }, input, el("button", { type: "button", class: "tool", "aria-label": `上移 ${title} ${index + 1}`, disabled: !index, onclick: () => { write(moved(list(), index, index - 1)); } }, "↑"),
        el("button", { type: "button", class: "tool", "aria-label": `删除 ${title} ${index + 1}`, onclick: () => write(list().toSpliced(index, 1)) }, "×"));
    }), el("button", { type: "button", class: "button small quiet", onclick: () => { write([...list(), ""]); draw(list().length - 1); } }, "＋ 添加"));
    if (focus >= 0) box.querySelectorAll(".input")[focus]?.focus();
  };
  draw();
  return box;
}

export const moved = (list, from, to) => { const copy = [...list]; copy.splice(to, 0, ...copy.splice(from, 1)); return copy; };

function reference({ ctx, schema, holder, key, set, title, place, required }) {
  const box = el("div", { class: "reference" });
  ctx.choices(schema["x-ref"], place).then((options) => box.replaceChildren(picker({ label: title, options, chosen: holder[key], optional: !required, pick: (code) => { set(code); ctx.reshape(place, key); } })));
  return box;
}

function references({ ctx, schema, holder, key, set, title, place }) {
  const box = el("div", { class: "reference" }), target = ctx.shape.items(schema)["x-ref"];
  ctx.choices(target, place).then((options) => box.replaceChildren(chips({ label: title, options: target === "organisation:windows" && holder.hall ? options.filter((o) => !o.within || o.within === holder.hall) : options, chosen: holder[key] ?? [], pick: set })));
  return box;
}

function scalar({ holder, key, set, id, place, ctx }) {
  const type = holder.type, options = holder.options;
  if (type === "boolean") return pickOne([["", "不设"], ["true", "是"], ["false", "否"]], holder[key] === undefined ? "" : String(holder[key]), (v) => set(v === "" ? undefined : v === "true"), id);
  if (type === "choice" && options?.length) return pickOne([["", "不设"], ...options.map((o) => [o.code, o.title])], holder[key] ?? "", (v) => set(v || undefined), id);
  const input = el("input", { class: "input narrow", id, type: type === "date" ? "date" : "text" });
  input.value = holder[key] ?? "";
  input.addEventListener("input", () => { const text = input.value; set(text === "" ? undefined : ["number", "money"].includes(type) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text); });
  return input;
}

function pickOne(options, chosen, pick, id) {
  const select = el("select", { class: "input", id }, options.map(([value, words]) => el("option", { value }, words)));
  select.value = chosen;
  select.addEventListener("change", () => pick(select.value));
  return select;
}

function nested(use) {
  const { ctx, schema, holder, key, place, required, title } = use, box = el("div", { class: "nested" });
  const draw = () => {
    const value = holder[key];
    if (value === undefined || value === null || typeof value !== "object") {
      box.replaceChildren(el("button", { type: "button", class: "button small quiet", onclick: () => { ctx.draft.change(() => { holder[key] = ctx.shape.fresh(schema); }); draw(); box.querySelector("input, select, textarea")?.focus(); } }, `＋ 设置${title}`));
      return;
    }
    box.replaceChildren(...properties(ctx, schema, value, place), ...(required ? [] : [el("button", { type: "button", class: "button small quiet danger", onclick: () => { ctx.draft.change(() => { delete holder[key]; }); draw(); } }, `移除${title}`)]));
  };
  draw();
  return box;
}

// The properties of an object: what is there or required first, the rest behind 更多选项.
export function properties(ctx, schema, value, place, keys = null) {
  schema = ctx.shape.of(schema);
  const required = new Set(schema.required ?? []);
  const all = (keys ?? ["title", ...Object.keys(schema.properties)]).filter((key, index, list) => schema.properties[key] && (key !== "kind" || place.length > 0) && list.indexOf(key) === index && relevant(ctx, key, value, place));
  const shown = all.filter((key) => (key !== "code" || schema.properties[key]["x-essential"]) && (required.has(key) || key in value || ctx.kept.get(value)?.has(key) || ESSENTIAL.has(key) || schema.properties[key]["x-essential"]));
  const rest = all.filter((key) => !shown.includes(key));
  const make = (key) => field(ctx, schema.properties[key], value, key, [...place, key], required.has(key));
  const unknown = Object.keys(value).filter((key) => !schema.properties[key]);
  const more = rest.length ? moreOf(ctx, value, rest, make) : null;
  return [el("div", { class: "grid" }, shown.map(make)), more,
    unknown.length ? el("p", { class: "hint" }, `另有表单中没有的内容：${unknown.join("、")}，原样保留，可在 YAML 中查看。`) : null].filter(Boolean);
}

const ESSENTIAL = new Set(["required"]);

function moreOf(ctx, value, rest, make) {
  const inside = el("div", { class: "grid" });
  const details = el("details", { class: "more" }, el("summary", {}, `更多选项（${rest.length}）`), inside);
  const fill = () => { if (details.open && !inside.firstChild) inside.append(...rest.map(make)); };
  details.addEventListener("toggle", () => { fill(); details.open ? ctx.more.add(value) : ctx.more.delete(value); });
  if (ctx.more.has(value)) { details.open = true; fill(); }
  return details;
}

// Kinds whose elements have properties by type.
const TYPED = new Set(["form", "document"]);

// Of a form's field or a document's block only what its type knows; what is there is always shown.
function relevant(ctx, key, value, place) {
  if (ctx.draft.body.kind === "document") return !("type" in value) || key in value || !ctx.belongs[key] || ctx.belongs[key].includes(value.type);
  if (ctx.draft.body.kind !== "form" || !place.includes("fields") || key in value) return true;
  if (key === "required" || key === "required_when" || key === "placeholder") { if (value.type === "static") return false; }
  if (key === "compute" && ["static", "group", "attachment", "person", "organisation", "address", "date_range"].includes(value.type)) return false;
  return !ctx.belongs[key] || ctx.belongs[key].includes(value.type);
}

const MAKERS = {
  text: words, longtext, fieldtext, number: numeric, date: day, moment, switch: toggle, choice, choices: several, lines, reference, references, scalar, object: nested,
  fixed: ({ holder, key }) => el("span", { class: "mono muted" }, String(holder[key] ?? "")),
  cards: (use) => cards(use), condition: (use) => conditionField(use), expression: (use) => expressionField(use),
  fact: ({ ctx, schema, holder, key, set, title, place }) => factPicker(ctx, { label: title, chosen: holder[key], pick: set, place, filter: (fact) => !fact.column && !fact.path.startsWith("form.") && !fact.path.startsWith("row."), scopes: schema["x-facts"] }),
};
