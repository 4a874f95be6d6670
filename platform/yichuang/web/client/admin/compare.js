// Before and after, side by side.

import { MergeView } from "@codemirror/merge";
import { yaml } from "@codemirror/lang-yaml";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { defaultHighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { $ } from "../ui/dom.js";

const nonce = () => $("script[nonce]")?.nonce ?? "";

export function toggle(button) {
  const entry = button.closest(".entry"), box = $(".merge", entry);
  box.hidden = !box.hidden;
  button.setAttribute("aria-expanded", String(!box.hidden));
  if (box.hidden || box.firstChild) return;
  const { before, after } = JSON.parse($(".merge-data", entry).textContent);
  const common = [EditorView.cspNonce.of(nonce()), lineNumbers(), yaml(), syntaxHighlighting(defaultHighlightStyle), EditorView.lineWrapping, EditorState.readOnly.of(true), EditorView.editable.of(false),
    EditorState.phrases.of({ "$ unchanged lines": "$ 行未变" })];
  const named = (words) => EditorView.contentAttributes.of({ "aria-label": words, tabindex: "0" });
  new MergeView({ parent: box, a: { doc: before, extensions: [...common, named("现行")] }, b: { doc: after, extensions: [...common, named("修改后")] }, collapseUnchanged: { margin: 3, minSize: 6 } });
}
