// 对方格式: the other side's fields in a plain table. Names, titles, types, required; nobody has to know JSON Schema.

import { $, el, modal, toast } from "../ui/dom.js";
import { Problem, post } from "../ui/net.js";
import { TYPES, add, fields, linesFor, nodeAt, remove, rename, renameIn, renameLines, require, retype } from "./theirs.js";

const NAME = /^[^\s.[\]{}/"'\\]{1,64}(\.[^\s.[\]{}/"'\\]{1,64}){0,5}$/;
const COMMON = { string: [["maxLength", "最多几个字", "number"], ["pattern", "格式", "pattern"], ["enum", "只能是（用顿号隔开）", "words"], ["format", "写法", "format"]], number: [["minimum", "最小", "number"], ["maximum", "最大", "number"]], integer: [["minimum", "最小", "number"], ["maximum", "最大", "number"]], array: [["minItems", "至少几行", "number"], ["maxItems", "最多几行", "number"]], list: [["maxItems", "最多几个", "number"]] };
const PATTERNS = [["", "不限"], ["^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "日期 2026-05-06"], ["^[0-9]{8}$", "日期 20260506（8 位数字）"], ["^[0-9]{8}T[0-9]{6}$", "时间 20260506T093000"], ["^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$", "时间 2026-05-06 09:30:00"], ["^1[0-9]{10}$", "手机号码"], ["^(1[0-9]{10}|0[0-9-]{9,12})$", "手机或座机号码"], ["^[0-9]{17}[0-9X]$", "居民身份证号"], ["^[0-9A-Z]{18}$", "统一社会信用代码"], ["^[0-9]{6}$", "6 位数字"], ["^[0-9]{12}$", "12 位数字"]];
const FORMATS = [["", "不限"], ["date", "日期 2026-05-06"], ["date-time", "时间 2026-05-06T09:30:00+08:00"], ["email", "电子邮箱"]];

export class SchemaForm {
  constructor(mapping) { Object.assign(this, { mapping, node: el("div", { class: "sheet schema-form" }), open: new Set() }); }

  get body() { return this.mapping.editor.draft.body; }
  get schema() { return (this.body.schema ??= { type: "object", properties: {} }); }
  change(mutate, key) { this.mapping.editor.draft.change(mutate, key); }

  draw(focus = "") {
    const all = fields(this.body.schema ?? {}), used = new Set([...linesFor(this.body.lines)].map(({ path }) => path));
    this.node.replaceChildren(
      el("div", { class: "schema-tools" }, el("div", {}, el("h2", {}, "对方系统要的字段"), el("p", { class: "hint" }, "按对方提供的接口文档填写；改名时，对应关系和样例的预期结果跟着改。")), el("span", { class: "grow" }),
        el("button", { type: "button", class: "button", onclick: () => this.paste() }, "粘贴或上传 JSON Schema…")),
      all.length ? el("table", { class: "table schema-table" }, el("thead", {}, el("tr", {}, ["字段名（对方的写法）", "说明", "类型", "必填", ""].map((words) => (words ? el("th", { scope: "col" }, words) : el("td"))))), el("tbody", {}, all.flatMap((field) => this.row(field, used)))) : el("p", { class: "empty" }, "还没有字段。"),
      el("button", { type: "button", class: "button small add", onclick: () => this.append("") }, "＋ 添加字段"), el("div", { class: "field", "data-place": "schema" }, el("div", { class: "spot", role: "status" })));
    if (focus) $(focus, this.node)?.focus();
    this.mapping.editor.findings?.mark();
  }

  row(field, used) {
    const at = CSS.escape(field.path), group = field.type === "object" || field.type === "array", tell = `“${field.title}”`;
    const name = el("input", { class: "input small mono", "aria-label": `字段名：${field.title}`, spellcheck: "false", autocomplete: "off" });
    name.value = field.name;
    name.addEventListener("change", () => this.rename(field, name.value.trim()));
    const title = el("input", { class: "input small", "aria-label": `说明：${field.name}`, autocomplete: "off" });
    title.value = field.node.title ?? "";
    title.placeholder = field.node.description ?? "";
    title.addEventListener("input", () => this.change(() => { const node = nodeAt(this.schema, field.path); if (title.value) node.title = title.value; else delete node.title; }, `title-${field.path}`));
    title.addEventListener("change", () => { for (const node of row.querySelectorAll("[aria-label]")) if (node !== title) node.setAttribute("aria-label", node.getAttribute("aria-label").replace(/：.*$/, `：${title.value || field.name}`)); });
    const type = el("select", { class: "input small", "aria-label": `类型：${field.title}` }, Object.entries(TYPES).map(([code, words]) => el("option", { value: code }, words)));
    type.value = field.type;
    type.addEventListener("change", () => { this.change(() => retype(this.schema, field.path, type.value)); this.draw(`tr[data-path="${at}"] select`); });
    const needed = el("input", { type: "checkbox", "aria-label": `必填：${field.title}` });
    needed.checked = field.required;
    needed.addEventListener("change", () => this.change(() => require(this.schema, field.path, needed.checked)));
    const open = this.open.has(field.path), more = COMMON[field.type];
    const tool = (words, label, act, extra = {}) => el("button", { type: "button", class: "tool", "aria-label": `${label}：${field.title}`, title: label, onclick: act, ...extra }, words);
    const row = el("tr", { "data-path": field.path, class: `depth-${Math.min(field.depth, 4)}` }, el("td", {}, el("div", { class: "name-cell" }, name)), el("td", {}, title), el("td", {}, type), el("td", { class: "middle" }, needed),
      el("td", { class: "ways-column" }, group ? tool("＋", "在里面添加字段", () => this.append(field.type === "array" ? `${field.path}[].` : `${field.path}.`)) : null, more ? tool("⋯", "更多要求", () => { open ? this.open.delete(field.path) : this.open.add(field.path); this.draw(`tr[data-path="${at}"] [aria-expanded]`); }, { "aria-expanded": String(open) }) : null,
        tool("×", "删除", () => { this.change(() => remove(this.schema, field.path)); this.draw(); toast(`已删除${tell}${used.has(field.path) ? "，它的对应关系还在，可在“对应关系”中移走或去掉" : ""}。Ctrl+Z 撤销`); })));
    return open && more ? [row, el("tr", { class: `more-row depth-${Math.min(field.depth, 4)}` }, el("td", { colspan: "5" }, el("div", { class: "more-settings" }, more.map((one) => this.setting(field, one)))))] : [row];
  }

  setting(field, [key, title, kind]) {
    const id = `s-${field.path}-${key}`, value = field.node[key];
    const put = (wanted) => this.change(() => { const node = nodeAt(this.schema, field.path); if (wanted === undefined || wanted === "") delete node[key]; else node[key] = wanted; }, `${key}-${field.path}`);
    if (kind === "pattern") return el("div", { class: "setting" }, el("label", { class: "small", for: id }, title), patterned(id, value, put));
    let input;
    if (kind === "format") {
      input = el("select", { class: "input small", id }, FORMATS.map(([code, words]) => el("option", { value: code }, words)));
      input.value = value ?? "";
      input.addEventListener("change", () => put(input.value));
    } else {
      input = el("input", { class: `input small ${kind === "number" ? "short" : ""}`, id, autocomplete: "off" });
      input.value = Array.isArray(value) ? value.join("、") : value ?? "";
      input.addEventListener("input", () => put(kind === "number" ? (/^-?\d+(\.\d+)?$/.test(input.value.trim()) ? Number(input.value) : undefined) : kind === "words" ? (input.value.trim() ? input.value.split(/[、,，]/).map((one) => one.trim()).filter(Boolean) : undefined) : input.value));
    }
    return el("div", { class: "setting" }, el("label", { class: "small", for: id }, title), input);
  }

  append(prefix) {
    const taken = new Set(fields(this.schema).map((field) => field.path));
    let name = "field";
    for (let n = 1; taken.has(prefix + name); n += 1) name = `field${n}`;
    this.change(() => add(this.schema, prefix + name, { type: "string" }));
    this.draw(`tr[data-path="${CSS.escape(prefix + name)}"] input`);
    $(`tr[data-path="${CSS.escape(prefix + name)}"] input`, this.node)?.select();
  }

  // A dotted name makes a group: `legal_rep.name` is the name in the group legal_rep.
  rename(field, name) {
    const prefix = field.path.slice(0, field.path.length - field.name.length), to = prefix + name;
    if (name === field.name) return;
    const all = fields(this.schema).map((one) => one.path), parents = to.slice(prefix.length).split(".").slice(0, -1).map((_, index, steps) => prefix + steps.slice(0, index + 1).join("."));
    const blocked = parents.find((path) => all.includes(path) && fields(this.schema).find((one) => one.path === path).type !== "object");
    const wrong = !NAME.test(name) ? "字段名不能为空，也不能有空格和 [ ] { } / 引号" : all.includes(to) ? `已经有字段 ${to}` : blocked ? `${blocked} 不是一组栏目，里面不能再有字段` : to.startsWith(`${field.path}.`) ? "不能放进自己里面" : "";
    if (wrong) { toast(wrong); return this.draw(`tr[data-path="${CSS.escape(field.path)}"] input`); }
    this.change((body) => {
      rename(this.schema, field.path, to);
      renameLines(body.lines, field.path, to);
      for (const sample of body.samples ?? []) {
        renameIn(sample.result, field.path, to);
        for (const fault of sample.faults ?? []) if (fault.to === field.path || fault.to.startsWith(`${field.path}.`) || fault.to.startsWith(`${field.path}[`)) fault.to = to + fault.to.slice(field.path.length);
      }
    });
    this.draw(`tr[data-path="${CSS.escape(to)}"] td:nth-child(2) input`);
    if ([...linesFor(this.body.lines)].some(({ path }) => path === to || path.startsWith(`${to}.`) || path.startsWith(`${to}[`))) toast(`${field.path} 已改为 ${to}，对应关系跟着改了`);
  }

  // ------------------------------------------------------------ from a text
  paste() {
    const text = el("textarea", { class: "input mono", rows: 12, id: "paste-schema", spellcheck: "false", placeholder: "{\n  \"type\": \"object\",\n  \"properties\": { … }\n}" });
    const file = el("input", { type: "file", class: "input", accept: ".json,.yaml,.yml,application/json", "aria-label": "选择文件" });
    const said = el("div", { role: "status", class: "paste-said" });
    file.addEventListener("change", async () => { if (file.files[0]) { text.value = await file.files[0].text(); read(); } });
    const use = el("button", { type: "button", class: "button primary", disabled: true }, "用它作为对方格式");
    let chosen = null;
    const read = async () => {
      use.disabled = true;
      if (!text.value.trim()) return;
      try {
        const { schemas } = await post(`${this.mapping.base}/schema`, { text: text.value });
        show(schemas);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        said.replaceChildren(el("p", { class: "error" }, error.message), error.problems.length ? el("ul", { class: "small" }, error.problems.map((one) => el("li", {}, one.message ?? String(one)))) : "");
      }
    };
    const show = (schemas) => {
      const pick = (index) => { chosen = schemas[index].schema; use.disabled = false; told.replaceChildren(...compared(this.body.schema ?? {}, chosen)); };
      const select = el("select", { class: "input", "aria-label": "用哪一个" }, schemas.map((one, index) => el("option", { value: String(index) }, `${one.title || one.name || "对方格式"}（${one.fields} 个字段）`)));
      const told = el("div");
      select.addEventListener("change", () => pick(+select.value));
      said.replaceChildren(...(schemas.length > 1 ? [el("label", { class: "label" }, "文件里有几种格式，用哪一个"), select] : []), told);
      pick(0);
    };
    text.addEventListener("change", read);
    text.addEventListener("paste", () => setTimeout(read));
    use.onclick = () => { this.change((body) => { body.schema = chosen; }); dialog.close(); this.draw(); toast("已换成新的对方格式，可按 Ctrl+Z 撤销"); };
    const dialog = modal("粘贴或上传对方格式", { kind: "wide-dialog", body: el("div", {}, el("p", {}, "粘贴对方系统给的 JSON Schema 或 OpenAPI 文档，或选择文件。"), file, el("label", { class: "label", for: "paste-schema" }, "内容"), text, said), foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消"), el("button", { type: "button", class: "button", onclick: read }, "读取"), use] });
  }
}

// A pattern from the list; another one is typed as it is.
function patterned(id, value, put) {
  const known = PATTERNS.some(([pattern]) => pattern === (value ?? ""));
  const select = el("select", { class: "input small", id }, PATTERNS.map(([pattern, words]) => el("option", { value: pattern }, words)), el("option", { value: "own" }, "其他（正则表达式）"));
  select.value = known ? value ?? "" : "own";
  const typed = el("input", { class: "input small mono", "aria-label": "正则表达式", hidden: known });
  typed.value = known ? "" : value;
  typed.addEventListener("input", () => put(typed.value));
  select.addEventListener("change", () => { typed.hidden = select.value !== "own"; if (select.value === "own") typed.focus(); else put(select.value); });
  return el("span", { class: "own-choice" }, select, typed);
}

function compared(before, after) {
  const old = new Map(fields(before).map((field) => [field.path, field])), now = new Map(fields(after).map((field) => [field.path, field]));
  const fresh = [...now.values()].filter((field) => !old.has(field.path)), gone = [...old.values()].filter((field) => !now.has(field.path)), turned = [...now.values()].filter((field) => old.has(field.path) && (old.get(field.path).type !== field.type || old.get(field.path).required !== field.required));
  const line = (words, list) => (list.length ? el("p", { class: "small" }, el("strong", {}, `${words} ${list.length} 个：`), list.slice(0, 12).map((field) => field.path).join("、"), list.length > 12 ? " 等" : "") : null);
  return [el("p", {}, `读到 ${now.size} 个字段。`), line("新增", fresh), line("去掉", old.size ? gone : []), line("类型或必填有变", turned)].filter(Boolean);
}
