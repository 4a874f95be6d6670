// On a kiosk the next person must not find the last one's answers.

import { el } from "../ui/dom.js";

export function idle(seconds, leave) {
  let left, dialog;
  const reset = () => { left = seconds; dialog?.close(); };
  ["pointerdown", "keydown", "scroll", "touchstart"].forEach((name) => addEventListener(name, reset, { passive: true }));
  const tick = setInterval(() => {
    left -= 1;
    if (left <= 0) { clearInterval(tick); return leave(); }
    if (left > 15 || dialog) { if (dialog) dialog.querySelector("strong").textContent = String(left); return; }
    dialog = el("dialog", { class: "idle", "aria-label": "即将返回首页" }, el("div", { class: "body" }, el("p", {}, "还在使用吗？"), el("p", {}, el("strong", {}, String(left)), " 秒后返回首页"),
      el("button", { type: "button", class: "button primary big", onclick: reset }, "继续使用")));
    dialog.addEventListener("close", () => { dialog.remove(); dialog = null; });
    document.body.append(dialog);
    dialog.showModal();
  }, 1000);
  reset();
}
