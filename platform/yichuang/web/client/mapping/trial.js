// 试算: a sample case beside the mapping, what comes of it now, and what the other side's format says to it.

import { $, el, show, toast } from "../ui/dom.js";
import { fieldOf, shown } from "./words.js";

const PANES = [["result", "结果"], ["gaps", "缺口"], ["changes", "变化"], ["ideas", "建议"]];

export class TrialPanel {
  constructor(mapping, root) {
    Object.assign(this, { mapping, pane: "result", json: false });
    this.sample = el("select", { class: "input small", "aria-label": "用哪个样例", onchange: () => this.mapping.choose(+this.sample.value) });
    this.step = el("select", { class: "input small", "aria-label": "哪个环节", onchange: () => this.mapping.atStep(this.step.value) });
    this.verdict = el("div", { class: "verdict", role: "status", "aria-live": "polite" });
    this.tabs = el("div", { class: "segments trial-tabs", role: "tablist", "aria-label": "试算内容" }, PANES.map(([code, title]) => el("button", { type: "button", role: "tab", id: `trial-${code}`, "aria-controls": "trial-body", "aria-selected": String(code === this.pane), onclick: () => this.turn(code) }, title, el("span", { class: "count" }))));
    this.body = el("div", { class: "trial-body", id: "trial-body", role: "tabpanel", tabindex: "0", "aria-labelledby": "trial-result" });
    root.replaceChildren(el("div", { class: "trial" }, el("div", { class: "trial-head" }, el("label", { class: "small" }, "样例", this.sample), el("label", { class: "small" }, "环节", this.step)), this.verdict, this.tabs, this.body));
  }

  turn(pane) {
    this.pane = pane;
    for (const [code] of PANES) $(`#trial-${code}`).setAttribute("aria-selected", String(code === pane));
    this.body.setAttribute("aria-labelledby", `trial-${pane}`);
    this.draw();
  }

  draw() {
    const { mapping } = this, { trial } = mapping, samples = mapping.body.samples ?? [];
    this.sample.replaceChildren(...(samples.length ? samples.map((sample, index) => el("option", { value: String(index) }, `${sample.title || `样例 ${index + 1}`}${STATES[trial?.samples?.[index]] ?? ""}`)) : [el("option", { value: "0" }, "虚构办件（还没有样例）")]));
    this.sample.value = String(mapping.chosen);
    this.step.replaceChildren(...mapping.steps.map(([code, title]) => el("option", { value: code }, title)));
    this.step.value = mapping.step;
    if (!trial) { this.verdict.replaceChildren(el("p", { class: "muted" }, mapping.failed || "正在试算…")); this.body.replaceChildren(); return; }
    this.judge(trial, samples);
    this.count("gaps", trial.coverage.required.length, "bad");
    this.count("changes", trial.differences.length, "");
    this.count("ideas", trial.suggestions.length, "");
    this.body.replaceChildren(...[this[this.pane](trial)].flat().filter(Boolean));
  }

  count(pane, number, tone) { const node = $(`#trial-${pane} .count`); node.textContent = number || ""; node.className = `count ${tone}`; }

  judge(trial, samples) {
    const faults = [...trial.faults, ...trial.verdict], unfinished = trial.problems ?? [];
    const lines = [];
    if (unfinished.length) lines.push(el("p", { class: "bad-words" }, "对应关系还不完整，先改正下列问题："), el("ul", { class: "fault-list" }, unfinished.slice(0, 6).map((one) => el("li", {}, el("button", { type: "button", onclick: () => this.mapping.editor.jump(one.place) }, one.message), el("small", { class: "muted" }, one.remedy)))));
    else if (faults.length) lines.push(el("p", { class: "bad-words" }, `按对方格式检查：${faults.length} 处不符`), el("ul", { class: "fault-list" }, faults.slice(0, 12).map((fault) => el("li", {}, el("button", { type: "button", onclick: () => this.mapping.reveal(fieldOf(fault.to)) }, fault.message), fault.remedy ? el("small", { class: "muted" }, fault.remedy) : null))));
    else if (!this.mapping.theirTitles().size) lines.push(el("p", { class: "muted" }, "还没有对方格式，无从核对。"));
    else lines.push(el("p", { class: "good-words" }, el("span", { "aria-hidden": "true" }, "✓ "), "符合对方格式"));
    const expected = trial.expected;
    if (samples.length && expected) {
      if (expected.state === "same") lines.push(el("p", { class: "good-words small" }, el("span", { "aria-hidden": "true" }, "✓ "), "与预期结果一致"));
      else if (expected.state === "differs") lines.push(el("p", { class: "warn-words small" }, "与预期结果不同："), el("ul", { class: "small fault-list" }, expected.differences.slice(0, 8).map((words) => el("li", {}, words))), this.freezer("改用现在的结果作预期"));
      else if (!unfinished.length) lines.push(el("p", { class: "muted small" }, "这个样例还没有预期结果。"), this.freezer("把现在的结果定为预期"));
    } else if (!samples.length) lines.push(el("button", { type: "button", class: "button small", onclick: () => this.mapping.addSample() }, "＋ 添加样例办件"));
    this.verdict.replaceChildren(...lines);
  }

  freezer(words) { return el("button", { type: "button", class: "button small", onclick: () => this.mapping.freeze() }, words); }

  // ------------------------------------------------------------ panes
  result(trial) {
    const turn = (json) => { this.json = json; this.draw(); $(".result-tools [aria-pressed=true]", this.body)?.focus(); };
    return [el("div", { class: "result-tools" }, el("span", { class: "segments", role: "group", "aria-label": "结果的样子" }, el("button", { type: "button", "aria-pressed": String(!this.json), onclick: () => turn(false) }, "树"), el("button", { type: "button", "aria-pressed": String(this.json), onclick: () => turn(true) }, "JSON"))),
      this.json ? el("pre", { class: "mono result-json", tabindex: "0" }, JSON.stringify(trial.body, null, 2)) : tree(trial.body, this.mapping)];
  }

  gaps(trial) {
    const { required, unused } = trial.coverage;
    return [el("h3", {}, "对方必填、还没有对应的"), required.length ? el("ul", { class: "gap-list" }, required.map((one) => el("li", {}, el("button", { type: "button", onclick: () => this.mapping.reveal(fieldOf(one.path)) }, one.title), el("small", { class: "mono muted" }, one.path)))) : el("p", { class: "good-words small" }, "✓ 必填字段都有对应"),
      el("h3", {}, `我方有、没有送出的（${unused.length}）`), el("p", { class: "hint" }, "不一定是问题：对方不要的就不用送。"), el("ul", { class: "unused-list" }, unused.slice(0, 120).map((path) => el("li", {}, this.mapping.ours.group(path) ? el("small", { class: "muted" }, `${this.mapping.ours.group(path)} › `) : null, this.mapping.ours.title(path))))];
  }

  changes(trial) {
    if (!this.mapping.published) return el("p", { class: "muted" }, "这是新的对应关系，还没有发布过。");
    return trial.differences.length ? el("ul", { class: "change-list" }, trial.differences.map((words) => el("li", {}, words))) : el("p", { class: "muted" }, "与现行版本相同。");
  }

  ideas(trial) {
    const ideas = trial.suggestions;
    if (!ideas.length) return el("p", { class: "muted" }, "没有更多建议：名称和类型相近的都已经对应。");
    return [el("p", { class: "hint" }, "按名称和类型找到的，请逐个核对；采用后仍可修改。"), el("button", { type: "button", class: "button small", onclick: () => this.mapping.accept(ideas) }, `全部采用（${ideas.length}）`),
      el("ul", { class: "idea-list" }, ideas.map((idea) => el("li", {}, el("div", {}, el("strong", {}, idea.to_title), el("span", { class: "arrow", "aria-hidden": "true" }, " ← "), idea.from_title, el("small", { class: "muted" }, idea.why)),
        el("button", { type: "button", class: "button small quiet", "aria-label": `采用：${idea.to_title} ← ${idea.from_title}`, onclick: () => { this.mapping.accept([idea]); toast(`已对应“${idea.to_title}”`); } }, "采用"))))];
  }
}

const STATES = { same: " ✓", differs: " ≠", faults: " ✗" };

// The result as people read it: the other side's titles, values, lists row by row.
function tree(body, mapping, prefix = "") {
  const titles = mapping.theirTitles();
  const level = (node, path) => el("ul", { class: "tree" }, Object.entries(node).map(([name, value]) => {
    const at = path ? `${path}.${name}` : name, label = [el("span", { class: "tree-name" }, titles.get(at) && titles.get(at) !== name ? [titles.get(at), el("small", { class: "mono muted" }, ` ${name}`)] : el("span", { class: "mono" }, name))];
    if (Array.isArray(value)) return el("li", {}, label, el("small", { class: "muted" }, ` ${value.length} ${value.some((one) => one && typeof one === "object") ? "行" : "个"}`), value.length ? el("ol", { class: "tree" }, value.map((one) => el("li", {}, one && typeof one === "object" ? level(one, `${at}[]`) : el("span", { class: "tree-value" }, shown(one))))) : null);
    if (value && typeof value === "object") return el("li", {}, label, level(value, at));
    return el("li", {}, label, el("span", { class: "tree-value" }, value === "" ? "（空文字）" : shown(value)));
  }));
  return Object.keys(body ?? {}).length ? level(body, prefix) : el("p", { class: "muted" }, "还没有任何字段送出。");
}

export function panelOf(mapping, root) { show(root, true); return new TrialPanel(mapping, root); }
