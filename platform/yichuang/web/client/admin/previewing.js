// The preview beside the editor: a page of its own, told when the draft was saved.

import { el } from "../ui/dom.js";

export class Preview {
  constructor(root, change, kind, code) {
    this.frame = el("iframe", { title: "预览", src: `/admin/changes/${change}/preview/${kind}/${code}` });
    root.replaceChildren(this.frame);
  }

  refresh() { this.frame.contentWindow?.postMessage({ type: "refresh" }, location.origin); }
}
