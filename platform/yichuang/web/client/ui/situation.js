// The situation questions: those that apply now, nested ones under their option. Digits choose, arrows move, nothing is re-made that stands.

import { $, $$, el } from "./dom.js";

export class Situation {
  // changed(answers, question) after each choice.
  constructor(root, changed, { digits = true } = {}) {
    Object.assign(this, { root, changed, digits, answers: {} });
    root.addEventListener("change", (event) => this.take(event.target));
    root.addEventListener("keydown", (event) => this.key(event));
  }

  // `questions` as the engine lists them (visible, in order); `answers` {code: option | [options]}.
  show(questions, answers) {
    this.answers = { ...answers };
    const standing = new Map($$(".question", this.root).map((node) => [node.dataset.code, node]));
    let last = null;
    questions.forEach((question, index) => {
      let node = standing.get(question.code);
      if (!node || node.dataset.shape !== shape(question)) { node?.remove(); node = this.make(question); }
      standing.delete(question.code);
      node.querySelector(".ordinal").textContent = String(index + 1);
      if (last ? last.nextElementSibling !== node : this.root.firstElementChild !== node) (last ? last.after(node) : this.root.prepend(node));
      last = node;
      this.tick(node, question);
    });
    standing.forEach((node) => node.remove());
  }

  make(question) {
    const kind = question.kind === "multiple" ? "checkbox" : "radio";
    return el("fieldset", { class: "question", "data-code": question.code, "data-kind": question.kind, "data-shape": shape(question), "data-depth": question.depth ?? 0 },
      el("legend", {}, el("span", { class: "ordinal", "aria-hidden": "true" }), " ", question.title, kind === "checkbox" && !question.title.includes("可多选") ? el("span", { class: "hint" }, "（可多选）") : null),
      question.hint ? el("p", { class: "hint" }, question.hint) : null,
      el("div", { class: "choices" }, question.options.map((option, index) => el("label", { class: "choice option" },
        el("input", { type: kind, name: `q-${question.code}`, value: option.code }),
        this.digits && index < 9 ? el("kbd", { "aria-hidden": "true" }, String(index + 1)) : null,
        el("span", {}, option.title, option.hint ? el("span", { class: "hint" }, ` ${option.hint}`) : null)))),
      el("p", { class: "alert bad stop", role: "alert", hidden: true }));
  }

  tick(node, question) {
    const given = [this.answers[question.code] ?? []].flat();
    $$("input", node).forEach((input) => { const on = given.includes(input.value); if (input.checked !== on) input.checked = on; });
    const stop = question.options.filter((option) => given.includes(option.code) && option.stop).map((option) => option.stop);
    const box = $(".stop", node);
    box.hidden = !stop.length;
    if (box.textContent !== stop.join("；")) box.textContent = stop.join("；");
    node.classList.toggle("answered", given.length > 0);
  }

  take(input) {
    const node = input.closest(".question");
    if (!node) return;
    const chosen = $$("input:checked", node).map((i) => i.value);
    const answers = { ...this.answers };
    if (!chosen.length) delete answers[node.dataset.code];
    else answers[node.dataset.code] = node.dataset.kind === "multiple" ? chosen : chosen[0];
    this.answers = answers;
    this.changed(answers, node.dataset.code);
  }

  key(event) {
    if (!this.digits || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const node = event.target.closest(".question");
    if (event.key === "Enter" && node) { event.preventDefault(); return this.next(node); }
    if (!/^[1-9]$/.test(event.key)) return;
    const input = node && $$("input", node)[+event.key - 1];
    if (!input) return;
    event.preventDefault();
    input.checked = input.type === "checkbox" ? !input.checked : true;
    this.take(input);
    if (input.type === "radio") this.next(node); else input.focus();
  }

  next(node) {
    const following = node.nextElementSibling?.querySelector?.("input:checked, input");
    if (following) following.focus();
    else { $("input:checked", node)?.focus(); this.finished?.(); }
  }

  focus() { ($(".question:not(.answered) input", this.root) ?? $(".question input:checked", this.root) ?? $(".question input", this.root))?.focus(); }
}

const shape = (question) => JSON.stringify([question.title, question.kind, question.hint, question.options.map((o) => [o.code, o.title, o.hint])]);
