// A field that finds one of many by title, code or hint: type, arrow keys, Enter. Codes stay out of sight.

import { el } from "../ui/dom.js";

let number = 0;
const MOST = 80;

// options: [{code, title, hint, group}]; chosen: code; pick(code or undefined).
export function picker({ label, options, chosen, pick, placeholder = "选择…", optional = true, invalid = false, keep = true }) {
  const id = `pick-${(number += 1)}`;
  const input = el("input", { class: "input", role: "combobox", "aria-label": label, "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", autocomplete: "off", placeholder });
  const list = el("ul", { class: "pick-list", role: "listbox", id, hidden: true, "aria-label": label });
  const clear = el("button", { type: "button", class: "pick-clear", "aria-label": `清除${label}`, tabindex: "-1", onclick: () => { set(undefined); input.focus(); } }, "×");
  const box = el("span", { class: "picker" }, input, optional ? clear : null, list);
  let active = -1, shown = [];
  const titleOf = (code) => options.find((option) => option.code === code)?.title;
  const rest = () => { input.value = chosen === undefined || chosen === "" ? "" : titleOf(chosen) ?? `${chosen}（找不到）`; input.classList.toggle("lost", Boolean(chosen) && titleOf(chosen) === undefined); clear.hidden = !chosen; };
  if (invalid) input.setAttribute("aria-invalid", "true");

  function set(code) { if (keep) chosen = code; close(); rest(); pick(code); }
  function close() { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); active = -1; }
  function open(query) {
    const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
    shown = options.filter((o) => words.every((w) => `${o.title} ${o.code} ${o.hint ?? ""} ${o.group ?? ""}`.toLowerCase().includes(w))).slice(0, MOST);
    let group;
    list.replaceChildren(...shown.flatMap((option, index) => {
      const head = option.group !== group && option.group ? [el("li", { role: "presentation", class: "pick-group" }, option.group)] : [];
      group = option.group;
      return [...head, el("li", { role: "option", id: `${id}-${index}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); set(option.code); } },
        el("span", {}, option.title), option.hint ? el("small", {}, option.hint) : null)];
    }));
    if (!shown.length) list.replaceChildren(el("li", { class: "pick-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "没有找到"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    const room = innerHeight - input.getBoundingClientRect().bottom;
    list.classList.toggle("above", room < 260 && input.getBoundingClientRect().top > 260);
    mark(words.length && shown.length ? 0 : shown.findIndex((o) => o.code === chosen));
  }
  function mark(index) {
    active = index;
    list.querySelectorAll("[role=option]").forEach((node, i) => node.setAttribute("aria-selected", String(i === index)));
    const node = index >= 0 ? document.getElementById(`${id}-${index}`) : null;
    if (node) { input.setAttribute("aria-activedescendant", node.id); node.scrollIntoView({ block: "nearest" }); }
  }
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => open(""));
  input.addEventListener("input", (event) => { if (!event.isComposing) open(input.value); });
  input.addEventListener("compositionend", () => open(input.value));
  input.addEventListener("blur", () => { close(); rest(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open("");
      mark(shown.length ? (active + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length : -1);
    } else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); if (shown[active]) set(shown[active].code); }
    else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); close(); rest(); }
  });
  rest();
  return box;
}

// Several of many: chips with a picker behind them.
export function chips({ label, options, chosen, pick }) {
  const box = el("div", { class: "chips", role: "group", "aria-label": label });
  const titleOf = (code) => options.find((option) => option.code === code)?.title ?? `${code}（找不到）`;
  const draw = () => box.replaceChildren(
    ...chosen.map((code, index) => el("span", { class: `chip ${options.some((o) => o.code === code) ? "" : "lost"}` }, titleOf(code),
      el("button", { type: "button", "aria-label": `去掉 ${titleOf(code)}`, onclick: () => take(chosen.filter((_, i) => i !== index)) }, "×"))),
    picker({ label: `添加${label}`, options: options.filter((o) => !chosen.includes(o.code)), optional: false, keep: false, placeholder: "添加…", pick: (code) => take([...chosen, code]) }));
  const take = (codes) => { chosen = codes; pick(codes); draw(); box.querySelector(".picker input").focus(); };
  draw();
  return box;
}
