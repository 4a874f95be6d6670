// Repeating groups: add, delete, move rows. Rows are made from the group's own <template>, values come from the answers.

import { $, $$, text } from "./dom.js";
import { getAt, setAt } from "./fields.js";

export class Rows {
  constructor(view) { this.view = view; }

  groups() { return $$('[data-type="group"]', this.view.root); }

  values(box) { const rows = getAt(this.view.answers, box.dataset.path); return Array.isArray(rows) ? rows : []; }

  fresh(box) { return this.view.decider?.row(box.dataset.path, this.view.content?.() ?? {}) ?? {}; }

  // A group that asks for rows begins with that many.
  fillUp() {
    for (const box of this.groups()) {
      const rows = this.values(box), wanted = +box.dataset.min || 0;
      if (rows.length < wanted) {
        while (rows.length < wanted) rows.push(this.fresh(box));
        setAt(this.view.answers, box.dataset.path, rows);
        this.rebuild(box);
      } else this.limit(box);
    }
  }

  click(event) {
    const button = event.target.closest("button");
    const box = button?.closest('[data-type="group"]');
    if (!box) return;
    const rows = this.values(box), at = +button.closest(".row")?.dataset.row;
    if (button.matches(".add")) this.change(box, [...rows, this.fresh(box)], rows.length);
    else if (button.matches(".drop")) this.change(box, rows.filter((_, index) => index !== at), Math.min(at, rows.length - 2));
    else if (button.matches(".up") && at > 0) this.change(box, swap(rows, at, at - 1), at - 1, ".up");
    else if (button.matches(".down") && at < rows.length - 1) this.change(box, swap(rows, at, at + 1), at + 1, ".down");
  }

  change(box, rows, focus, selector) {
    setAt(this.view.answers, box.dataset.path, rows.length ? rows : undefined);
    this.rebuild(box);
    this.view.changed(this.view.answers);
    const row = $$(".row", box)[focus];
    (row?.querySelector(selector ?? "input:not([type=hidden]), select, textarea") ?? $(".add", box)).focus();
  }

  rebuild(box) {
    const holder = $(".rows", box), pattern = $("template", box).innerHTML;
    holder.replaceChildren(...this.values(box).map((_, index) => {
      const made = document.createElement("template");
      made.innerHTML = pattern.replaceAll("__row__", String(index));
      const row = made.content.firstElementChild;
      text($(".ordinal", row), String(index + 1));
      return row;
    }));
    this.view.liven(holder);
    this.view.fill(holder);
    this.limit(box);
  }

  rebuildAll() { for (const box of this.groups()) if ($$(".row", box).length !== this.values(box).length) this.rebuild(box); }

  limit(box) {
    const count = this.values(box).length;
    $(".add", box).disabled = count >= (+box.dataset.max || 100);
    $$(".drop", box).forEach((button) => { button.disabled = count <= (+box.dataset.min || 0); });
    $$(".row", box).forEach((row, index) => { $(".up", row).disabled = index === 0; $(".down", row).disabled = index === count - 1; });
  }
}

function swap(rows, a, b) {
  const next = [...rows];
  [next[a], next[b]] = [next[b], next[a]];
  return next;
}
