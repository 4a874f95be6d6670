// A combobox over a large code table, after the ARIA pattern: type, arrows, Enter, Escape. Never touches what is being composed.

import { el } from "./dom.js";
import { search } from "./tables.js";

export class Combo {
  // `entries()` resolves to the table; `choose(entry|null)` is called with what was picked.
  constructor(box, entries, choose, { clears = false } = {}) {
    Object.assign(this, { box, entries, choose, clears, active: -1, found: [] });
    this.input = box.querySelector('input[role="combobox"]');
    this.list = box.querySelector('[role="listbox"]');
    this.input.addEventListener("input", (event) => { event.stopPropagation(); if (!event.isComposing) this.refresh(); });
    this.input.addEventListener("compositionend", () => this.refresh());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 120));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(this.found[+option.dataset.index]);
    });
  }

  async refresh(all = false) {
    let entries;
    try { entries = await this.entries(); } catch { return this.message("代码表暂时取不到，网络恢复后再试"); }
    this.found = search(entries, all ? "" : this.input.value);
    this.active = this.found.length && this.input.value.trim() ? 0 : -1;
    this.list.replaceChildren(...this.found.map((entry, index) => el("li", {
      role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": String(index === this.active),
    }, el("span", { class: "code" }, entry.code), entry.title)));
    if (!this.found.length) return this.message("没有匹配的条目");
    this.open(true);
  }

  message(words) {
    this.found = [];
    this.list.replaceChildren(el("li", { class: "none" }, words));
    this.open(true);
  }

  open(visible) {
    this.list.hidden = !visible;
    this.input.setAttribute("aria-expanded", String(visible));
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((node, index) => node.setAttribute("aria-selected", String(index === this.active)));
    const node = this.active >= 0 ? this.list.children[this.active] : null;
    if (node && !this.list.hidden) { this.input.setAttribute("aria-activedescendant", node.id); node.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return void this.refresh(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + this.found.length) % Math.max(this.found.length, 1);
      this.mark();
    } else if (event.key === "Enter" && !event.ctrlKey && !this.list.hidden && this.found[this.active]) {
      event.preventDefault();
      this.pick(this.found[this.active]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault(); event.stopPropagation();
      this.open(false);
    }
  }

  pick(entry) {
    this.input.value = this.clears ? "" : entry.title;
    this.typed = false;
    this.open(false);
    this.choose(entry);
  }

  // Leaving with words that are no entry: an exact title or code is taken, an empty input clears, all else stays visible as it is.
  async leave() {
    if (this.box.contains(document.activeElement)) return;
    this.open(false);
    const words = this.input.value.trim();
    if (this.clears) return;
    if (!words) return this.choose(null);
    const entries = await this.entries().catch(() => []);
    const exact = entries.find((entry) => entry.title === words || entry.code === words);
    if (exact) this.pick(exact);
    else this.choose({ code: words, title: words });
  }
}
