// Prints a PDF in a hidden frame; where the browser can't, it opens in a tab of its own. The focus comes back to where it was.

import { $, el } from "./dom.js";

export function print(url, within = document.body) {
  $("#print-frame")?.remove();
  const frame = el("iframe", { id: "print-frame", class: "visually-hidden", title: "打印用", tabindex: "-1", "aria-hidden": "true" });
  frame.onload = () => {
    const back = document.activeElement;
    try { frame.contentWindow.focus(); frame.contentWindow.print(); } catch { open(url, "_blank"); }
    window.focus();
    if (back?.isConnected) back.focus();
  };
  frame.src = url;
  within.append(frame);
}
