// The five grades, the tags of the grade, words, pictures. Bad grades need a tag or words; the button says so.

import { $, $$, el, text, uuid } from "../ui/dom.js";
import { Pictures } from "./pictures.js";

const MOUTHS = { 5: "M9 18q7 9 14 0z", 4: "M10 19q6 5 12 0", 3: "M10 20h12", 2: "M10 22q6-5 12 0", 1: "M10 23q6-7 12 0M9 10l4 2M23 10l-4 2" };

// Drawn, not written: fonts differ in the faces they have.
function face(grade) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "face");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ["M16 3a13 13 0 1 0 .1 0z", "M12 13v.1M20 13v.1", MOUTHS[grade]]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
const BAD = 3;

export class ReviewForm {
  // `give(review, pictures)` takes it: "sent", "kept", or rejects with words. `done(outcome)` afterwards.
  constructor(root, wire, { give, done, device = "", pictures = true }) {
    Object.assign(this, { root, wire, give, done, device, key: uuid(), grade: 0 });
    this.pictures = new Pictures(pictures ? wire.pictures : { most: 0, bytes: 0 }, () => {});
    this.tags = el("div", { class: "tags" });
    this.words = el("textarea", { class: "input", id: "words", rows: 3, maxlength: wire.words_max, oninput: () => this.look() });
    this.left = el("span", { class: "small muted", id: "left" }, `最多 ${wire.words_max} 个字`);
    this.fault = el("p", { class: "error", role: "alert", hidden: true });
    this.button = el("button", { class: "button primary big", type: "submit" }, "提交评价");
    this.more = el("div", { class: "more", hidden: true },
      el("fieldset", {}, el("legend", {}, this.legend = el("span", {}, "")), this.tags),
      el("div", { class: "field" }, el("label", { class: "label", for: "words" }, "还想说的（可不填）"), this.words, this.left),
      this.pictures.node, this.fault, this.button);
    root.replaceChildren(el("form", { class: "review-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.grades(), this.more));
  }

  grades() {
    return el("fieldset", { class: "grades" }, el("legend", { class: "visually-hidden" }, "满意程度"),
      this.wire.grades.map(({ grade, title }) => el("label", { class: "grade", "data-grade": grade },
        el("input", { type: "radio", name: "grade", value: grade, onchange: () => this.choose(grade) }),
        face(grade), el("span", { class: "title" }, title))));
  }

  choose(grade) {
    this.grade = grade;
    this.more.hidden = false;
    text(this.legend, grade < BAD ? "哪里不满意？（选一项或写几个字）" : "哪里做得好？（可不选）");
    this.tags.replaceChildren(...this.wire.tags.filter((tag) => tag.grade === grade).map((tag) => el("label", { class: "tag" },
      el("input", { type: "checkbox", name: "tag", value: tag.code, onchange: () => this.look() }), el("span", {}, tag.title))));
    this.say("");
    this.look();
  }

  get chosen() { return $$("input[name=tag]:checked", this.root).map((box) => box.value); }

  look() {
    text(this.left, `还可以写 ${this.wire.words_max - this.words.value.length} 个字`);
    if (this.enough) this.say("");
  }

  get enough() { return this.grade >= BAD || this.chosen.length > 0 || this.words.value.trim() !== ""; }

  say(words) { text(this.fault, words); this.fault.hidden = !words; }

  async submit() {
    if (!this.grade) return;
    if (!this.enough) { this.say("请选一个标签，或写几个字说明哪里不满意"); $("input[name=tag]", this.root)?.focus(); return; }
    const review = { grade: this.grade, tags: this.chosen, words: this.words.value, channel: this.wire.channel, device: this.device, key: this.key, at: new Date().toISOString() };
    this.button.disabled = true;
    text(this.button, "正在提交…");
    try {
      this.done(await this.give(review, this.pictures.list));
    } catch (error) {
      this.say(error.problems?.[0]?.message ?? error.message);
      this.done(null, error);
    } finally {
      this.button.disabled = false;
      text(this.button, "提交评价");
    }
  }
}
