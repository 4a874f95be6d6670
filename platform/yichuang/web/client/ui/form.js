// Brings a server-rendered form to life. The form's HTML stays; this shows and hides fields, marks what is needed, fills what is
// computed and says what is wrong. The input one is typing in is never written to.

import { $, $$, el, show, text } from "./dom.js";
import { composite, getAt, read, setAt, write, writeChips, writeFiles } from "./fields.js";
import { Combo } from "./combo.js";
import { Cascade } from "./cascade.js";
import { table } from "./tables.js";
import { copy, same } from "./merge.js";
import { Rows } from "./rows.js";

// The message alone where it names its field already.
export const told = ({ title, message }) => (!title || message.includes(`“${title}”`) ? message : `${title}：${message}`);

const slug = (path) => path.replaceAll("/", "-");

export class FormView {
  // options: {answers, release, upload(path, file) → {name,size,digest}, changed(answers), summary: element}
  constructor(root, options) {
    Object.assign(this, { root, changed() {}, release: 0, upload: null, summary: null }, options);
    this.answers = copy(options.answers ?? {});
    this.touched = new Set();
    this.brought = new Map();
    this.all = false;
    this.decision = null;
    this.composing = false;
    this.rows = new Rows(this);
    this.listen();
    this.liven(root);
    this.rows.fillUp();
  }

  listen() {
    const { root } = this;
    root.addEventListener("compositionstart", () => { this.composing = true; });
    root.addEventListener("compositionend", (event) => { this.composing = false; this.take(event.target); });
    root.addEventListener("input", (event) => { if (!event.isComposing && !this.composing) this.take(event.target); });
    root.addEventListener("change", (event) => { if (event.target.type === "file") this.send(event.target); else this.take(event.target); });
    root.addEventListener("focusout", (event) => this.leave(event.target));
    root.addEventListener("click", (event) => this.click(event));
  }

  // ------------------------------------------------------------- from the page
  container(node) { return node.closest?.("[data-path]"); }

  take(node) {
    const box = this.container(node);
    if (!box || node.readOnly || node.disabled || node.getAttribute("role") === "combobox") return;
    this.set(box.dataset.path, read(box));
  }

  set(path, value) {
    if (same(getAt(this.answers, path), value)) return;
    setAt(this.answers, path, value);
    this.bring(path, value);
    this.changed(this.answers);
  }

  // What an answer brings along (sex and birth date from an identity number), unless something else was typed there.
  bring(path, value) {
    for (const [target, brought] of Object.entries(this.decider?.fill(path, value) ?? {})) {
      const there = getAt(this.answers, target);
      if (there !== undefined && there !== this.brought.get(target)) continue;
      this.brought.set(target, brought);
      setAt(this.answers, target, brought);
      const box = $(`[data-path="${CSS.escape(target)}"]`, this.root);
      if (box) write(box, brought, this.titles);
    }
  }

  leave(node) {
    const box = this.container(node);
    if (!box) return;
    this.touched.add(box.dataset.path);
    if (this.decision) this.apply(this.decision);
  }

  click(event) {
    const remove = event.target.closest(".chip .remove, .file .remove");
    if (remove) {
      const box = this.container(remove);
      remove.closest("li").remove();
      this.set(box.dataset.path, read(box));
      box.querySelector("input:not([type=hidden])")?.focus();
    }
    this.rows.click(event);
  }

  async send(input) {
    const box = this.container(input), path = box.dataset.path;
    const spot = $(`#e-${CSS.escape(slug(path))}`, box);
    for (const file of [...input.files]) {
      box.classList.add("busy");
      try {
        const stored = await this.upload(path, file);
        writeFiles(box, [...(read(box) ?? []), stored]);
        this.set(path, read(box));
      } catch (error) {
        text(spot, error.message === "网络中断" ? "网络中断，文件没有传上，恢复后请重新选择" : error.message);
        show(spot, true);
      } finally { box.classList.remove("busy"); }
    }
    input.value = "";
  }

  // ------------------------------------------------------------- parts with a life of their own
  liven(root) {
    $$(".combo", root).forEach((box) => this.combo(box));
    $$(".cascade", root).forEach((box) => {
      const holder = this.container(box);
      box.cascade = new Cascade(box, () => table(this.release, box.dataset.table), (code) => this.set(holder.dataset.path, code || undefined));
    });
  }

  combo(box) {
    const holder = this.container(box), chips = $(".chips", holder);
    new Combo(box, () => table(this.release, box.dataset.table), (entry) => {
      if (chips) {
        const codes = read(holder) ?? [];
        if (entry && !codes.includes(entry.code)) writeChips(holder, [...codes, entry.code], this.titles);
      } else {
        $('input[type="hidden"]', box).value = entry?.code ?? "";
      }
      this.set(holder.dataset.path, read(holder));
    }, { clears: Boolean(chips) });
  }

  titles = (container, code, use) => {
    const box = $(".combo", container);
    if (box && code) table(this.release, box.dataset.table).then((entries) => use(entries.find((e) => e.code === code)?.title ?? code)).catch(() => {});
  };

  // ------------------------------------------------------------- to the page
  // Puts other answers in (a merge, a renewal): everything but the input one is in.
  replace(answers) {
    this.answers = copy(answers);
    this.rows.rebuildAll();
    this.fill(this.root);
    this.changed(this.answers);
  }

  fill(root) {
    for (const box of $$("[data-path]", root)) {
      const { type, path } = box.dataset;
      if (type === "group" || type === "static" || composite(type) || box.contains(document.activeElement)) continue;
      write(box, getAt(this.answers, path), this.titles);
      if (type === "division") $(".cascade", box)?.cascade?.render(getAt(this.answers, path) ?? "");
    }
  }

  // `decision` as the engine gives it: visible, required (sets of paths), computed, errors.
  apply(decision) {
    this.decision = decision;
    const visible = new Set(decision.visible), required = new Set(decision.required), faults = this.faults(decision);
    for (const box of $$("[data-path]", this.root)) this.dress(box, visible, required, faults, decision.computed ?? {});
    for (const section of $$(".form-section", this.root)) {
      show(section, $$(":scope > .grid > [data-path]", section).some((box) => !box.hidden));
    }
    this.sum(decision);
  }

  faults(decision) {
    const shown = new Map();
    for (const error of decision.errors ?? []) {
      if (!shown.has(error.path) && (this.all || (this.touched.has(error.path) && error.kind !== "required"))) shown.set(error.path, error);
    }
    return shown;
  }

  dress(box, visible, required, faults, computed) {
    const { path, type } = box.dataset;
    const inside = this.inside(box);
    if (!inside) show(box, visible.has(path));
    const needed = required.has(path);
    const mark = $(".needed", box.firstElementChild?.matches(".label, legend") ? box.firstElementChild : box);
    show(mark, needed);
    if (path in computed || computed[path] !== undefined) this.put(box, computed[path]);
    const fault = faults.get(path), spot = $(`#e-${CSS.escape(slug(path))}`, box);
    text(spot, fault?.message ?? "");
    show(spot, Boolean(fault));
    box.classList.toggle("wrong", Boolean(fault) && fault.severity !== "warning");
    box.classList.toggle("warned", fault?.severity === "warning");
    if (composite(type) || type === "group") return;
    for (const input of $$(".input, [role=radiogroup]", box)) this.state(input, needed, fault);
  }

  state(input, needed, fault) {
    if (fault && fault.severity !== "warning") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (needed) input.setAttribute("aria-required", "true");
    else input.removeAttribute("aria-required");
  }

  // The path of the composite field this part belongs to, or nothing.
  inside(box) {
    const outer = box.parentElement?.closest("[data-path]");
    return outer && composite(outer.dataset.type) ? outer.dataset.path : null;
  }


  put(box, value) {
    if (composite(box.dataset.type)) return;
    write(box, value, this.titles);
  }

  // ------------------------------------------------------------- all errors at once
  check() {
    this.all = true;
    if (this.decision) this.apply(this.decision);
    return this.wrong();
  }

  wrong() { return (this.decision?.errors ?? []).filter((error) => error.severity !== "warning"); }

  sum(decision) {
    if (!this.summary) return;
    const errors = this.all ? this.wrong() : [];
    const key = JSON.stringify(errors.map((error) => [error.path, error.message]));
    if (this.summaryKey === key) return;
    this.summaryKey = key;
    this.summary.hidden = !errors.length;
    this.summary.replaceChildren(...(errors.length ? [el("div", { class: "alert bad summary" }, el("div", {},
      el("strong", {}, `还有 ${errors.length} 处需要修改`),
      el("ul", {}, errors.map((error) => el("li", {}, el("a", {
        href: `#f-${slug(error.path)}`, onclick: (event) => { event.preventDefault(); this.focus(error.path); },
      }, told(error)))))))] : []));
  }

  // Errors found by the server alone: shown at their field until it changes.
  refuse(problems) {
    this.all = true;
    this.apply({ ...this.decision, errors: problems.map((p) => ({ path: p.path ?? p.field, title: p.title ?? "", kind: p.kind ?? "server", message: p.message, severity: p.severity ?? "error" })) });
  }

  focus(path) {
    const box = $(`[data-path="${CSS.escape(path)}"]`, this.root);
    if (!box) return false;
    this.reveal?.(box);
    const input = box.querySelector('input:checked, input:not([type="hidden"]):not([readonly]):not(:disabled), select, textarea, button');
    box.scrollIntoView({ block: "center" });
    (input ?? box).focus({ preventScroll: true });
    return true;
  }

  // The next error after the field one is in; round and round.
  // The next one after the input one is in, or the first of all.
  nextError(fromTop = false) {
    const errors = this.check();
    if (!errors.length) return false;
    const order = $$("[data-path]", this.root).map((box) => box.dataset.path);
    const here = fromTop ? -1 : order.indexOf(this.container(document.activeElement ?? document.body)?.dataset.path ?? "");
    const spots = errors.map((error) => order.indexOf(error.path)).filter((at) => at >= 0).sort((a, b) => a - b);
    const next = spots.find((at) => at > here) ?? spots[0];
    return next === undefined ? false : this.focus(order[next]);
  }
}
