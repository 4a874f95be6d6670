// The division tree as drop-down lists, level by level. A level without choice is chosen by itself.

import { el } from "./dom.js";

export class Cascade {
  constructor(box, entries, changed) {
    Object.assign(this, { box, entries, changed });
    this.hidden = box.querySelector('input[type="hidden"]');
    this.selects = el("span", { class: "levels" });
    box.querySelector(".chosen")?.after(this.selects);
    this.box.addEventListener("focus", () => this.selects.querySelector("select")?.focus());
    this.render(this.hidden.value);
  }

  async render(code) {
    let entries;
    try { entries = await this.entries(); } catch { return void setTimeout(() => this.render(this.hidden.value), 3000); }
    this.known = new Map(entries.map((entry) => [entry.code, entry]));
    this.children = Map.groupBy ? Map.groupBy(entries, (e) => e.parent ?? "") : entries.reduce((map, e) => map.set(e.parent ?? "", [...(map.get(e.parent ?? "") ?? []), e]), new Map());
    const roots = entries.filter((entry) => !entry.parent || !this.known.has(entry.parent));
    const trail = [];
    for (let at = this.known.get(code); at; at = this.known.get(at.parent)) trail.unshift(at.code);
    const levels = [];
    let options = roots;
    for (let depth = 0; options.length; depth += 1) {
      const chosen = trail[depth] ?? (options.length === 1 ? options[0].code : "");
      levels.push(this.level(options, chosen, depth));
      if (!chosen) break;
      trail[depth] = chosen;
      options = this.children.get(chosen) ?? [];
    }
    this.box.querySelector(".chosen").hidden = true;
    this.selects.replaceChildren(...levels);
  }

  level(options, chosen, depth) {
    const select = el("select", { class: "input", "aria-label": `所在地区第 ${depth + 1} 级` },
      el("option", { value: "" }, "请选择"),
      options.filter((o) => !o.disabled || o.code === chosen).map((o) => el("option", { value: o.code, selected: o.code === chosen }, o.title)));
    select.addEventListener("change", (event) => { event.stopPropagation(); this.pick(depth, select.value); });
    select.addEventListener("input", (event) => event.stopPropagation());
    return select;
  }

  async pick(depth, code) {
    const above = depth ? [...this.selects.querySelectorAll("select")][depth - 1].value : "";
    this.set(code || above);
    this.changed(this.hidden.value);
    await this.render(this.hidden.value);
    [...this.selects.querySelectorAll("select")][Math.min(depth + (code ? 1 : 0), this.selects.children.length - 1)]?.focus();
  }

  set(code) { this.hidden.value = code ?? ""; }
}
