// The definition as YAML, checked as one types; the same draft behind it.

import { basicSetup, EditorView } from "codemirror";
import { yaml } from "@codemirror/lang-yaml";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { indentWithTab } from "@codemirror/commands";
import { Problem, post } from "../ui/net.js";
import { toast } from "../ui/dom.js";

const WAIT = 450;
const PHRASES = { Find: "查找", Replace: "替换", next: "下一处", previous: "上一处", all: "全部", "match case": "区分大小写", regexp: "正则", "by word": "整词", replace: "替换", "replace all": "全部替换", close: "关闭", "Fold line": "折叠", "Unfold line": "展开", "Diagnostics": "问题", "No diagnostics": "没有问题" };

export class Source {
  constructor(editor) {
    Object.assign(this, { editor, lines: {}, broken: null, pending: false });
    this.view = new EditorView({
      state: EditorState.create({ extensions: [EditorView.cspNonce.of(editor.root.dataset.nonce), basicSetup, yaml(), lintGutter(), EditorView.lineWrapping, keymap.of([indentWithTab]), EditorState.phrases.of(PHRASES),
        EditorView.contentAttributes.of({ "aria-label": "YAML 源文，按 Esc 再按 Tab 离开" }), EditorView.updateListener.of((update) => { if (update.docChanged && !this.loading) this.typed(); })] }),
    });
  }

  async show() {
    const { editor } = this;
    if (!editor.pane.contains(this.view.dom)) editor.pane.replaceChildren(this.view.dom);
    const { text, lines } = await post(`${editor.base}/source`, { kind: editor.kind, body: editor.draft.body });
    if (text === this.view.state.doc.toString()) return;
    this.loading = true;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
    this.loading = false;
    Object.assign(this, { lines, broken: null });
    this.lint(editor.findings.own);
  }

  typed() {
    this.pending = true;
    this.editor.state("unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.read(), WAIT);
  }

  async read() {
    const text = this.view.state.doc.toString();
    try {
      const { body, lines } = await post(`${this.editor.base}/body`, { text });
      if (text !== this.view.state.doc.toString()) return;
      Object.assign(this, { lines, broken: null, pending: false });
      const { kind, code } = this.editor;
      this.editor.draft.change(() => { this.editor.draft.body = { ...body, kind, code }; }, "source");
      if (!this.editor.draft.dirty) this.editor.state("saved");
      this.lint(this.editor.findings.own);
    } catch (error) {
      if (!(error instanceof Problem)) return this.editor.state("offline");
      this.broken = error;
      this.pending = false;
      const problem = error.problems[0] ?? {};
      this.diagnose([{ line: +problem.line || 1, severity: "error", message: error.detail || error.message }]);
    }
  }

  lint(findings) {
    if (this.broken) return;
    this.diagnose(findings.map((f) => ({ line: this.lineOf(f.place), severity: f.severity, message: `${f.message}。${f.remedy}` })));
  }

  lineOf(place) {
    for (const path = place.split("/"); path.length; path.pop()) { const line = this.lines[path.join("/")]; if (line) return line; }
    return 1;
  }

  diagnose(found) {
    const { doc } = this.view.state;
    this.view.dispatch(setDiagnostics(this.view.state, found.map(({ line, severity, message }) => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines)), start = at.from + (at.text.match(/^[\s-]*/)?.[0].length ?? 0);
      return { from: Math.min(start, at.to), to: at.to, severity, message };
    }).sort((a, b) => a.from - b.from)));
  }

  reach(place) {
    const line = this.view.state.doc.line(Math.min(this.lineOf(place), this.view.state.doc.lines));
    this.view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
    this.view.focus();
  }

  // Whether the form can be shown again: what is typed must be readable first.
  leave() {
    if (this.pending) { this.read().then(() => !this.broken && this.editor.turn("form")); return false; }
    if (this.broken) toast("YAML 还有错误，改正后才能回到表单");
    return !this.broken;
  }
}
