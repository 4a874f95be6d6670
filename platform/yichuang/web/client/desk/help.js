import { $, el, refocus } from "../ui/dom.js";

const KEYS = [
  ["Alt+S 或 /", "到查找框"], ["↑ ↓ Enter", "在查找结果、下拉表中选择"], ["Alt+1 / Alt+2 / Alt+3", "到查找／填写／材料"], ["1 – 9", "在情形问题中选第几项；单选后到下一问"], ["Enter", "情形多选后到下一问"],
  ["Tab / Shift+Tab", "下一栏／上一栏"], ["空格", "勾选"], ["Alt+A", "在当前重复组中添加一行"], ["F8", "到下一处错误"], ["Ctrl+S", "立即保存（平时自动保存）"],
  ["Ctrl+Enter", "检查并提交"], ["Alt+N", "一次性告知单"], ["Alt+P", "打印申请表"], ["Alt+M", "到我的填报"], ["Esc", "关闭对话框"],
];

export function help(keys = KEYS) {
  if ($("dialog.help")) return;
  const dialog = el("dialog", { class: "help", "aria-label": "快捷键" }, el("div", { class: "head" }, "快捷键"),
    el("div", { class: "body" }, el("dl", { class: "help-list" }, keys.flatMap(([keys, words]) => [el("dt", {}, el("kbd", {}, keys)), el("dd", {}, words)]))),
    el("div", { class: "foot" }, el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "关闭")));
  const back = document.activeElement;
  dialog.addEventListener("close", () => { dialog.remove(); refocus(back); });
  document.body.append(dialog);
  dialog.showModal();
}
