// 样例: invented cases to try the mapping on. Each holds values for our fields and, once frozen, the result that is expected.

import { $, ask, el, toast } from "../ui/dom.js";
import { picker } from "../admin/picker.js";
import { WHOLES } from "./ours.js";
import { put, stepOf, valueOf, whole } from "./record.js";

export class Samples {
  constructor(mapping) { Object.assign(this, { mapping, node: el("div", { class: "sheet samples" }), more: new Set() }); }

  get list() { return this.mapping.body.samples ?? []; }
  change(mutate, key) { this.mapping.editor.draft.change(mutate, key); }

  draw(focus = "") {
    const { mapping, list } = this, index = Math.min(mapping.chosen, list.length - 1), sample = list[index];
    this.head = el("div", { class: "samples-head" });
    this.node.replaceChildren(this.head, sample ? this.one(sample, index) : "");
    this.tell();
    if (focus) $(focus, this.node)?.focus();
    mapping.editor.findings?.mark();
  }

  // The list of samples with how each stands, anew after a trial; what is being typed stays untouched.
  tell() {
    const { mapping, list } = this, index = Math.min(mapping.chosen, list.length - 1), states = mapping.trial?.samples, focused = this.head.contains(document.activeElement) ? document.activeElement.textContent : "";
    this.head.replaceChildren(
      el("div", { class: "schema-tools" }, el("div", {}, el("h2", {}, "样例办件"), el("p", { class: "hint" }, "用虚构的办件试一试；有预期结果的样例，每次发布前都会重新核对。请勿填写真实个人信息。")), el("span", { class: "grow" }), this.renewing(), el("button", { type: "button", class: "button", onclick: () => mapping.addSample() }, "＋ 添加样例")),
      list.length ? el("nav", { class: "sample-list", "aria-label": "样例" }, list.map((one, at) => el("button", { type: "button", class: "sample-tab", "aria-current": at === index ? "true" : undefined, onclick: () => mapping.choose(at) }, one.title || `样例 ${at + 1}`, state(states?.[at])))) : el("p", { class: "empty" }, "还没有样例。添加一个，右边就能看到送给对方的结果。"));
    if (focused) [...this.head.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
    const told = $(".expectation", this.node);
    if (told && list[index]) told.replaceWith(this.expectation(list[index]));
  }

  // After a change that is meant, samples differ from what was expected: bring all up to date at once.
  renewing() {
    const count = (this.mapping.trial?.samples ?? []).filter((word) => word === "differs" || word === "faults").length;
    return count ? el("button", { type: "button", class: "button", onclick: async () => {
      const sure = await ask("更新预期结果", el("div", {}, el("p", {}, `${count} 个样例的结果与预期不同。确认这些变化都是有意的，再把现在的结果定为预期。`)), [[false, "再看看"], [true, "都改用现在的结果", "primary"]]);
      if (sure) this.mapping.freezeAll();
    } }, `更新 ${count} 个预期…`) : null;
  }

  one(sample, index) {
    const { mapping } = this, record = (sample.record ??= {}), base = sample.like ? whole(this.list, this.list.find((one) => one.title === sample.like) ?? {}) : {};
    const seen = whole(this.list, sample);
    const title = el("input", { class: "input", id: "sample-title", maxlength: "120" });
    title.value = sample.title ?? "";
    title.addEventListener("input", () => { const before = sample.title; this.change((body) => { sample.title = title.value; for (const one of body.samples) if (before && one.like === before) one.like = title.value; }, `sample-title-${index}`); });
    title.addEventListener("change", () => this.tell());
    const step = el("select", { class: "input", id: "sample-step" }, mapping.steps.map(([code, words]) => el("option", { value: code }, words)));
    step.value = stepOf(this.list, sample) ?? "";
    step.addEventListener("change", () => { this.change(() => { sample.step = step.value; }); mapping.choose(index); });
    return el("section", { class: "card sample-card field", "data-place": `samples/${index}` }, el("div", { class: "sample-head" }, el("div", {}, el("label", { class: "label", for: "sample-title" }, "样例名称"), title), el("div", {}, el("label", { class: "label", for: "sample-step" }, "环节"), step),
      el("div", { class: "row" }, el("button", { type: "button", class: "button small", onclick: () => { this.change((body) => body.samples.splice(index + 1, 0, { ...structuredClone(sample), title: `${sample.title}（副本）` })); mapping.choose(index + 1); } }, "复制"), el("button", { type: "button", class: "button small danger", onclick: () => { this.change((body) => { body.samples.splice(index, 1); if (!body.samples.length) delete body.samples; }); mapping.choose(Math.max(0, index - 1)); toast("已删除样例，Ctrl+Z 撤销"); } }, "删除"))),
    sample.like ? el("p", { class: "hint" }, `以样例“${sample.like}”为底，只记与它不同的内容。`) : null, this.values({ record, base, seen, index }), this.expectation(sample), el("div", { class: "spot" }));
  }

  // The fields that the mapping uses, and whatever else the sample has a value for.
  values(held) {
    const { mapping } = this, used = mapping.board.used();
    const single = (one) => !one.path.includes("[]") && !WHOLES.has(one.type) && one.type !== "address";
    const shown = mapping.ours.all.filter((one) => single(one) && (used.has(one.path) || inside(used, one.path) || this.more.has(one.path) || has(valueOf(held.seen, one.path))));
    const groups = new Map();
    for (const one of shown) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
    const rest = mapping.ours.all.filter((one) => single(one) && !shown.includes(one)).map((one) => ({ code: one.path, title: one.title, hint: "", group: one.group }));
    return el("div", { class: "sample-values" }, [...groups].map(([group, list]) => el("fieldset", {}, el("legend", {}, group || "其他"), el("div", { class: "grid" }, list.map((one) => this.value(one, held))))),
      picker({ label: "再填一项", options: rest, optional: false, keep: false, placeholder: "＋ 再填一项我方内容…", pick: (path) => { if (path) { this.more.add(path); this.draw(`[data-value="${CSS.escape(path)}"]`); } } }));
  }

  value(one, held) {
    const id = `v-${one.path}`, columns = this.mapping.ours.all.filter((inner) => inner.path.startsWith(`${one.path}[].`) && !inner.path.slice(one.path.length + 3).includes("[]"));
    if (one.repeated && columns.length) return this.rows(one, columns, held);
    // Emptied over a sample that has something there, the emptiness is written down.
    const write = (value) => this.change(() => { put(held.record, one.path, value); if (value === undefined && has(valueOf(held.base, one.path))) blank(held.record, one.path); }, `v-${held.index}-${one.path}`);
    return el("div", { class: "field" }, el("label", { class: "label small", for: id }, one.title), entry(one, id, valueOf(held.seen, one.path), write));
  }

  rows(one, columns, held) {
    const read = (record) => { const value = valueOf(record, one.path); return Array.isArray(value) ? value : []; };
    // The sample's own rows, taken over from the one it is like before they are changed.
    const own = () => { if (valueOf(held.record, one.path) === undefined) put(held.record, one.path, structuredClone(read(held.seen))); return read(held.record); };
    const write = (mutate) => { this.change(() => mutate(own())); this.draw(); };
    const list = () => read(held.seen), { index } = held;
    return el("div", { class: "field broad" }, el("div", { class: "label small" }, one.title), el("div", { class: "scroll-x", tabindex: "0", role: "group", "aria-label": one.title }, el("table", { class: "table sample-rows" }, el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column.title)), el("td"))), el("tbody", {}, list().map((row, at) => el("tr", {}, columns.map((column) => {
      const path = column.path.slice(one.path.length + 3);
      return el("td", {}, entry(column, "", valueOf(row, path), (value) => this.change(() => put(own()[at], path, value), `v-${index}-${one.path}-${at}-${path}`), `${column.title}（第 ${at + 1} 行）`));
    }), el("td", {}, el("button", { type: "button", class: "tool", "aria-label": `删除${one.title}第 ${at + 1} 行`, onclick: () => write((rows) => rows.splice(at, 1)) }, "×"))))))),
    el("button", { type: "button", class: "button small quiet", onclick: () => write((rows) => rows.push({})) }, `＋ 添加一行`));
  }

  expectation(sample) {
    const { mapping } = this, has = sample.result !== undefined || sample.faults !== undefined, expected = mapping.trial?.expected;
    return el("div", { class: "expectation" }, el("h3", {}, "预期结果"), has ? el("p", { class: "small" }, expected?.state === "differs" ? "现在的结果与预期不同，右边列出了差别。" : sample.faults !== undefined ? "预期出错：发布前核对这些错误仍会报出来。" : "已定下；发布前会核对结果仍然一样。") : el("p", { class: "small muted" }, "还没有定下。右边的结果核对无误后，可把它定为预期。"),
      el("div", { class: "row" }, el("button", { type: "button", class: "button small", onclick: () => mapping.freeze() }, has ? "改用现在的结果" : "把现在的结果定为预期"), has ? el("button", { type: "button", class: "button small quiet", onclick: () => { this.change(() => { delete sample.result; delete sample.faults; }); this.draw(); } }, "不再核对") : null));
  }
}

// An empty text at a path whose holders are there.
const blank = (record, path) => { const steps = path.split("."), last = steps.pop(), holder = valueOf(record, steps.join(".")); if (holder && typeof holder === "object") holder[last] = ""; };
// A part of something that is used as a whole, as the division of an address.
const inside = (used, path) => [...used.keys()].some((one) => path.startsWith(`${one}.`));
const has = (value) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length);
const state = (word) => (word === "same" ? el("span", { class: "badge good" }, "符合预期") : word === "differs" ? el("span", { class: "badge warn" }, "与预期不同") : word === "faults" ? el("span", { class: "badge bad" }, "有错误") : el("span", { class: "badge" }, "无预期"));

// A value of ours by its type. `write(undefined)` for an empty one.
function entry(one, id, value, write, label) {
  const named = { id: id || undefined, "aria-label": label, "data-value": one.path };
  if (one.type === "boolean") return options(named, [["", ""], ["true", "是"], ["false", "否"]], value === undefined || value === "" ? "" : String(value), (picked) => write(picked === "" ? undefined : picked === "true"));
  if (one.options?.length && one.options.length <= 60 && one.type !== "texts") return options(named, [["", ""], ...one.options.map(([code, title]) => [code, `${title}（${code}）`])], value ?? "", (picked) => write(picked || undefined));
  const whole = typeof value === "object" && value !== null, list = one.type === "texts";
  const input = el("input", { ...named, class: "input small", type: one.type === "date" ? "date" : "text", autocomplete: "off", placeholder: list ? "用顿号隔开" : undefined });
  input.value = list && Array.isArray(value) ? value.join("、") : whole ? JSON.stringify(value) : value ?? "";
  input.addEventListener("input", () => write(input.value === "" ? undefined : list ? input.value.split(/[、,，]/).filter(Boolean) : whole || /^[[{]/.test(input.value) ? parsed(input.value) : one.type === "number" && /^-?\d{1,15}$/.test(input.value) && one.integer ? Number(input.value) : input.value));
  return input;
}

const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };

function options(named, list, chosen, pick) {
  const select = el("select", { ...named, class: "input small" }, list.map(([code, title]) => el("option", { value: code }, title)), chosen !== "" && !list.some(([code]) => code === chosen) ? el("option", { value: chosen }, String(chosen)) : null);
  select.value = chosen;
  select.addEventListener("change", () => pick(select.value));
  return select;
}
