// The editor of a mapping: what the ordinary editor shows for this kind instead of plain fields, and the trial beside it.

import { toast } from "../ui/dom.js";
import { Offline, Problem, get, post } from "../ui/net.js";
import { Board } from "./board.js";
import { Ours } from "./ours.js";
import { renewed, stepOf } from "./record.js";
import { Samples } from "./samples.js";
import { SchemaForm } from "./schema_form.js";
import { fields, rankBy, within } from "./theirs.js";
import { TrialPanel } from "./trial.js";

const WAIT = 220;

export class Mapping {
  static async load(editor) {
    const base = `/admin/changes/${editor.root.dataset.change}/mapping/${editor.code}`;
    return new Mapping(editor, base, await get(`${base}/desk`));
  }

  // known: {paths, steps, published}
  constructor(editor, base, known) {
    Object.assign(this, { editor, base, chosen: 0, trial: null, failed: "", published: known.published });
    this.allSteps = known.steps;
    rankBy(this.body.lines);
    this.learn(known);
    this.board = new Board(this);
    this.schemaForm = new SchemaForm(this);
    this.samples = new Samples(this);
    this.step = this.body.samples?.[0]?.step ?? this.steps[0]?.[0] ?? "";
  }

  get body() { return this.editor.draft.body; }
  get ctx() { return this.editor.ctx; }
  get steps() { const own = this.body.steps ?? []; return own.length && !own.includes("*") ? this.allSteps.filter(([code]) => own.includes(code)) : this.allSteps; }

  learn(known) {
    this.ours = new Ours(known.paths);
    if (this.board) { this.board.palette.ours = this.ours; }
    this.sourcesOf = JSON.stringify([this.body.target, this.body.items]);
  }

  // The tab to open on: where the work is, or what must be chosen first.
  first() { return this.body.target ? this.groupOf(this.body.schema?.properties ? "lines" : "schema") : 0; }

  groupOf(key) { return Math.max(0, this.editor.groups.findIndex((group) => group.keys.includes(key))); }

  // The pane for a group of the editor's, or null for plain fields.
  pane(group) {
    const key = ["lines", "schema", "samples"].find((one) => group.keys.includes(one));
    this.showing = key ? { lines: this.board, schema: this.schemaForm, samples: this.samples }[key] : null;
    if (!this.showing) return null;
    this.showing.draw();
    return this.showing.node;
  }

  beside(root) {
    if (this.panel) return;
    this.panel = new TrialPanel(this, root);
    this.panel.draw();
    this.run();
  }

  // ------------------------------------------------------------ living with the draft
  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), WAIT);
  }

  // After a save: with other items or another target there are other fields of ours.
  async saved() {
    if (this.sourcesOf === JSON.stringify([this.body.target, this.body.items])) return;
    this.learn(await get(`${this.base}/desk`));
    if (this.showing === this.board) this.board.draw();
    this.run();
  }

  async run() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    if (!this.steps.some(([code]) => code === this.step)) this.step = this.steps[0]?.[0] ?? "";
    try {
      const trial = await post(`${this.base}/trial`, { body: this.body, sample: this.chosen, step: this.step });
      if (turn !== this.turn) return;
      Object.assign(this, { trial, failed: "" });
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Offline)) throw error;
      if (turn !== this.turn) return;
      Object.assign(this, { trial: error instanceof Offline ? this.trial : null, failed: error.message });
    }
    this.panel?.draw();
    if (this.showing === this.board) this.board.mark();
    if (this.showing === this.samples) this.samples.tell();
  }

  choose(index) {
    this.chosen = index;
    const step = stepOf(this.body.samples ?? [], this.body.samples?.[index]);
    if (step) this.step = step;
    this.run();
    if (this.showing === this.samples) this.samples.draw();
  }

  atStep(step) { this.step = step; this.run(); }

  theirTitles() { return new Map(fields(this.body.schema ?? {}).map((field) => [field.path, field.title])); }

  reveal(path) {
    const index = this.groupOf("lines");
    if (this.editor.group !== index || this.editor.mode !== "form") this.editor.choose(index);
    this.board.reveal(path);
  }

  // Where the editor jumps to (a finding's place): the line is opened first.
  toPlace(steps) {
    if (steps[0] !== "lines") return;
    this.board.fields = new Map(fields(this.body.schema ?? {}).map((field) => [field.path, field]));
    this.board.index();
    const path = this.board.pathOfPlace(steps);
    if (path) this.board.open.add(path);
  }

  // ------------------------------------------------------------ samples and suggestions
  async addSample() {
    const { record } = await get(`${this.base}/invented`);
    const samples = this.body.samples ?? [];
    this.editor.draft.change((body) => { (body.samples ??= []).push({ title: `样例 ${samples.length + 1}`, step: this.step || this.steps[0]?.[0], record }); });
    this.chosen = this.body.samples.length - 1;
    this.editor.choose(this.groupOf("samples"));
    this.run();
    toast("已用虚构的内容填好一个样例，可逐项修改");
  }

  freeze() {
    const sample = this.body.samples?.[this.chosen];
    if (!sample || !this.trial) return;
    this.editor.draft.change(() => settle(sample, this.trial));
    toast(sample.faults ? "已定为预期出错" : "已定为预期结果");
    if (this.showing === this.samples) this.samples.draw();
  }

  // All samples that differ from what was expected, one trial each.
  async freezeAll() {
    const samples = this.body.samples ?? [], differing = samples.map((_, index) => index).filter((index) => ["differs", "faults"].includes(this.trial?.samples?.[index]));
    const trials = [];
    for (const index of differing) trials.push([samples[index], await post(`${this.base}/trial`, { body: this.body, sample: index, step: stepOf(samples, samples[index]) ?? "" })]);
    this.editor.draft.change(() => { for (const [sample, trial] of trials) settle(sample, trial); });
    toast(`已更新 ${trials.length} 个样例的预期，请逐个核对；Ctrl+Z 撤销`);
    if (this.showing === this.samples) this.samples.draw();
  }

  accept(ideas) {
    this.editor.draft.change((body) => {
      body.lines ??= [];
      for (const idea of [...ideas].sort((a, b) => a.to.length - b.to.length)) {
        const field = fields(body.schema ?? {}).find((one) => one.path === idea.to);
        const outer = field?.list ? body.lines.find((line) => line.to === field.list) : null, list = outer ? (outer.lines ??= []) : body.lines;
        if (field?.list && !outer) continue;
        list.push(this.board.fitted(field?.type === "array" ? { to: within(idea.to, field.list), each: idea.from, lines: [] } : { to: field ? within(idea.to, field.list) : idea.to, from: outer && idea.from.startsWith(`${outer.each}[].`) ? `row.${idea.from.slice(outer.each.length + 3)}` : idea.from }, outer?.each));
      }
    });
    if (this.showing) this.showing.draw();
  }
}

// What comes now is what is expected from here on.
function settle(sample, trial) {
  const faults = trial.faults.map((fault) => ({ to: fault.to, kind: fault.kind })), before = sample.result;
  delete sample.result;
  delete sample.faults;
  if (faults.length) sample.faults = faults;
  else sample.result = before ? renewed(before, trial.body) : structuredClone(trial.body);
}
