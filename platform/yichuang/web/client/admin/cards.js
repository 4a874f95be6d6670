// A list of objects as cards: open, add after, copy, move by hand or by key, remove. Long lists are shown in part and searched.

import Sortable from "sortablejs";
import { $, el, toast } from "../ui/dom.js";
import { get } from "../ui/net.js";
import { properties } from "./fields.js";

const MANY = 40, PAGE = 80;

export function cards(use) {
  const { ctx, schema, holder, key, place, required } = use;
  const items = ctx.shape.items(schema), name = items.title ?? schema.title;
  const box = el("div", { class: "cards" }), list = el("div", { class: "card-list" });
  let query = "", limit = PAGE;
  const values = () => holder[key] ?? [];
  const rewrite = (next, focus) => {
    ctx.draft.change(() => { if (next.length || required) holder[key] = next; else delete holder[key]; });
    draw();
    if (focus !== undefined) reach(focus);
  };
  const reach = (index) => { const card = list.querySelector(`:scope > .item[data-index="${index}"]`); card?.scrollIntoView({ block: "nearest" }); (card?.querySelector(":scope > .item-body input, :scope > .item-body select, :scope > .item-body textarea") ?? card?.querySelector(".item-open"))?.focus(); };

  function insert(index, value) {
    ctx.open.add(value);
    query = "";
    rewrite(values().toSpliced(index, 0, value), index);
  }
  const add = (index) => insert(index, fresh());
  function fresh() {
    const value = ctx.shape.fresh(items);
    if (items.properties?.type && value.type === undefined && items.required?.includes("type")) value.type = items.properties.type.enum[0];
    return value;
  }
  function copy(index) {
    const value = structuredClone(values()[index]);
    if (value.code) value.code = unique(ctx, value.code);
    if (value.title) value.title = `${value.title}（副本）`;
    insert(index + 1, value);
  }
  function remove(index) {
    const value = values()[index];
    rewrite(values().toSpliced(index, 1));
    toast(`已删除“${ctx.shape.summary(value, items, ctx.titleOf) || name}”，按 Ctrl+Z 撤销`);
    (list.querySelector(`:scope > .item[data-index="${Math.min(index, values().length - 1)}"] .item-open`) ?? $(".add", box))?.focus();
  }
  function move(from, to) {
    if (to < 0 || to >= values().length) return;
    const next = [...values()];
    next.splice(to, 0, ...next.splice(from, 1));
    rewrite(next);
    list.querySelector(`:scope > .item[data-index="${to}"] .item-open`)?.focus();
  }

  function card(value, index) {
    const open = ctx.open.has(value), inner = [...place, index], words = () => ctx.shape.summary(value, items, ctx.titleOf) || `未命名${name}`;
    const title = el("span", { class: "item-title" }, words());
    ctx.whenNamed?.(title, () => { title.textContent = words(); });
    const head = el("button", { type: "button", class: "item-open", "aria-expanded": String(open), onclick: () => { ctx.open.has(value) ? ctx.open.delete(value) : ctx.open.add(value); again(); $(".item-open", list.querySelector(`:scope > [data-index="${index}"]`)).focus(); } },
      el("span", { class: "chevron", "aria-hidden": "true" }), title, ...ctx.marks(value, items), el("span", { class: "finding-mark", hidden: true }));
    head.addEventListener("keydown", (event) => { if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) { event.preventDefault(); move(index, index + (event.key === "ArrowUp" ? -1 : 1)); } });
    const tool = (words, label, act, off) => el("button", { type: "button", class: "tool", title: label, "aria-label": `${label}：${title.textContent}`, disabled: off, onclick: act }, words);
    const node = el("section", { class: `item ${open ? "open" : ""}`, "data-index": index, "data-place": inner.join("/") },
      el("div", { class: "item-head" }, el("span", { class: "grip", "aria-hidden": "true", title: "拖动排序" }, "⠿"), head,
        el("div", { class: "item-tools" }, tool("＋", `在后面添加${name}`, () => add(index + 1)), tool(copyIcon(), "复制", () => copy(index)), tool("↑", "上移", () => move(index, index - 1), index === 0), tool("↓", "下移", () => move(index, index + 1), index === values().length - 1), tool("×", "删除", () => remove(index)))));
    const again = () => node.replaceWith(card(value, index));
    if (open) {
      const body = el("div", { class: "item-body" }, ...properties(ctx, items, value, inner));
      body.addEventListener("input", (event) => { event.stopPropagation(); title.textContent = words(); ctx.rename?.(); });
      body.addEventListener("named", (event) => { event.stopPropagation(); coded(ctx, value, event.detail, node); });
      node.append(body);
      node.addEventListener("reshape", (event) => { if (event.target === node) { event.stopPropagation(); again(); } });
    }
    return node;
  }

  function draw() {
    const all = values().map((value, index) => [value, index]);
    const found = query ? all.filter(([value]) => JSON.stringify(value).toLowerCase().includes(query)) : all;
    list.replaceChildren(...found.slice(0, limit).map(([value, index]) => card(value, index)));
    box.replaceChildren(...[all.length > MANY ? search(all.length, found.length) : null, list,
      found.length > limit ? el("button", { type: "button", class: "button small", onclick: () => { limit += 400; draw(); } }, `再显示（共 ${found.length}）`) : null,
      el("button", { type: "button", class: "button small add", onclick: () => add(values().length) }, `＋ 添加${name}`)].filter(Boolean));
    ctx.found?.();
  }
  function search(total, found) {
    const input = el("input", { class: "input", type: "search", placeholder: `在 ${total} 个${name}中查找`, "aria-label": `查找${name}` });
    input.value = query;
    input.addEventListener("input", (event) => { event.stopPropagation(); if (event.isComposing) return; query = input.value.trim().toLowerCase(); limit = PAGE; draw(); const next = $(".card-search input", box); next.focus(); next.setSelectionRange(99, 99); });
    return el("div", { class: "card-search" }, input, query ? el("span", { class: "muted small" }, `${found} 个`) : null);
  }
  draw();
  Sortable.create(list, { handle: ".grip", animation: 120, draggable: ".item", onEnd: ({ oldIndex, newIndex }) => { if (oldIndex !== newIndex && !query) move(oldIndex, newIndex); else draw(); } });
  return box;
}

// A new element gets its code from its title: staff need not invent one.
async function coded(ctx, value, title, node) {
  if (!("code" in value) || value.code || !title.trim()) return;
  try {
    const { code } = await get(`/admin/changes/api/code?title=${encodeURIComponent(title)}&taken=${[...codesIn(ctx.draft.body)].join(",").slice(0, 6000)}`);
    if (value.code) return;
    ctx.draft.change(() => { value.code = code; }, "code");
    node.querySelectorAll(".field").forEach((box) => { if (box.dataset.place === `${node.dataset.place}/code`) box.querySelector("input").value = code; });
  } catch { /* typed by hand, or on the next change of the title */ }
}

export function* codesIn(node) {
  if (Array.isArray(node)) for (const part of node) yield* codesIn(part);
  else if (node && typeof node === "object") for (const [key, part] of Object.entries(node)) { if (key === "code" && typeof part === "string" && part) yield part; else yield* codesIn(part); }
}

function unique(ctx, code) {
  const taken = new Set(codesIn(ctx.draft.body));
  for (let n = 2; ; n += 1) if (!taken.has(`${code}_${n}`)) return `${code}_${n}`;
}

function copyIcon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: "15", height: "15", fill: "none", stroke: "currentColor", "stroke-width": "2", "aria-hidden": "true" })) svg.setAttribute(name, value);
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", "M9 9h11v11H9zM15 9V4H4v11h5");
  svg.append(path);
  return svg;
}
