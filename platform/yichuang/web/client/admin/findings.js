// What the gate found in the change set: a list that leads to each place, marks on tabs, cards and fields.

import { $, $$, el } from "../ui/dom.js";
import { get } from "../ui/net.js";

export class Findings {
  constructor(root, editor) { Object.assign(this, { root, editor, all: [] }); }

  async refresh() {
    const { findings } = await get(`${this.editor.base}/findings`);
    this.all = findings;
    this.list();
    this.mark();
    this.editor.source?.lint(this.own);
  }

  get own() { return this.all.filter((f) => f.kind === this.editor.kind && f.code === this.editor.code); }

  list() {
    const errors = this.all.filter((f) => f.severity === "error").length, own = this.own, rest = this.all.filter((f) => !own.includes(f));
    const count = $("#finding-count");
    count.textContent = this.all.length ? String(this.all.length) : "";
    count.className = `count ${errors ? "bad" : this.all.length ? "warn" : ""}`;
    const line = (f, here) => el("li", { class: f.severity }, f.where && !f.message.startsWith(f.where) ? el("span", { class: "muted small where" }, f.where) : null, here ? el("button", { type: "button", onclick: () => this.editor.jump(f.place) }, f.message) : el("a", { href: f.url }, f.message), el("span", { class: "remedy" }, f.remedy), here ? null : el("span", { class: "muted small" }, `${f.kind_title}“${f.title}”`));
    this.root.replaceChildren(...(this.all.length ? [
      own.length ? el("ul", { class: "findings" }, own.map((f) => line(f, true))) : el("p", { class: "fine" }, "这一定义没有问题。"),
      ...(rest.length ? [el("h3", { class: "rest-head" }, "其他定义"), el("ul", { class: "findings" }, rest.map((f) => line(f, false)))] : [])]
      : [el("p", { class: "fine" }, el("span", { "aria-hidden": "true" }, "✓ "), "检查通过，可以发布。"), el("p", { class: "muted small side-hint" }, "修改会自动保存到变更单，发布之前不影响窗口和群众。")]));
  }

  mark() {
    const pane = this.editor.pane;
    $$(".spot", pane).forEach((spot) => spot.firstChild && spot.replaceChildren());
    $$(".has-finding", pane).forEach((node) => node.classList.remove("has-finding", "only-warning"));
    $$(".finding-mark", pane).forEach((node) => { node.hidden = true; node.textContent = ""; });
    for (const f of this.own) this.place(f, pane);
    this.editor.groups.forEach((group, index) => {
      const some = this.own.filter((f) => group.keys.includes(f.place.split("/")[0])), badge = $(`#group-${index} .count`);
      if (!badge) return;
      badge.textContent = some.length || "";
      badge.hidden = !some.length;
      badge.className = `count ${some.some((f) => f.severity === "error") ? "bad" : "warn"}`;
    });
  }

  place(f, pane) {
    const path = f.place.split("/").filter(Boolean);
    let told = false;
    for (let length = path.length; length > 0; length -= 1) {
      const place = path.slice(0, length).join("/");
      for (const node of $$(`[data-place="${CSS.escape(place)}"]`, pane)) {
        if (node.matches(".item")) {
          const mark = $(":scope > .item-head .finding-mark", node);
          mark.hidden = false;
          mark.textContent = String((+mark.textContent || 0) + 1);
          mark.title = f.message;
        } else if (!told && node.matches(".field")) {
          node.classList.add("has-finding");
          node.classList.toggle("only-warning", f.severity !== "error");
          $(":scope > .spot", node)?.append(el("p", {}, f.message.replace(/^.*：(?=[^：]+$)/, ""), " ", el("span", {}, f.remedy)));
          told = true;
        }
      }
    }
  }
}
