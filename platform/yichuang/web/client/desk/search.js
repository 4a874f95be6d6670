// Finding an item: name, code, pinyin initials, department. Results while one types, chosen with arrows and Enter.

import { $, el } from "../ui/dom.js";
import { get } from "../ui/net.js";

export class Search {
  constructor(choose) {
    Object.assign(this, { choose, found: [], active: -1, input: $("#search"), list: $("#results") });
    this.input.addEventListener("input", (event) => { if (!event.isComposing) this.look(); });
    this.input.addEventListener("compositionend", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => { const row = event.target.closest("[role=option]"); if (row) this.pick(+row.dataset.index); });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  async look() {
    const words = this.input.value.trim();
    this.running?.abort();
    if (!words) return this.close();
    this.running = new AbortController();
    try {
      const { items } = await get(`/desk/api/search?q=${encodeURIComponent(words)}`, { signal: this.running.signal });
      this.show(items);
    } catch (error) {
      if (error.name !== "AbortError") this.message(error.status === 401 ? "登录已失效，请重新登录" : "网络中断，恢复后再查");
    }
  }

  show(items) {
    this.found = items;
    this.active = items.length ? 0 : -1;
    if (!items.length) return this.message("没有找到。可换个说法，或只输拼音首字母");
    this.list.replaceChildren(...items.map((item, index) => el("li", { role: "option", id: `r-${index}`, "data-index": index },
      el("div", { class: "name" }, item.title), el("div", { class: "sub" }, [item.department_title, item.case_type_title, item.state === "active" ? "" : item.state_title].filter(Boolean).join(" · ")))));
    this.open(true);
  }

  message(words) {
    this.found = [];
    this.list.replaceChildren(el("li", { class: "none", role: "option", "aria-disabled": "true" }, words));
    this.open(true);
  }

  open(visible) {
    this.list.hidden = !visible;
    $("#mine-pane").hidden = visible;
    this.input.setAttribute("aria-expanded", String(visible));
    this.mark();
  }

  close() { this.found = []; this.open(false); }

  mark() {
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.active)));
    const row = this.active >= 0 && !this.list.hidden ? this.list.children[this.active] : null;
    if (row) { this.input.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.found.length) return;
      this.active = (this.active + (event.key === "ArrowDown" ? 1 : -1) + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.found[this.active]) this.pick(this.active);
    } else if (event.key === "Escape") { this.input.value = ""; this.close(); }
  }

  pick(index) {
    const item = this.found[index];
    this.input.value = "";
    this.close();
    this.choose(item.code);
  }

  focus() { this.input.focus(); this.input.select(); }
}
