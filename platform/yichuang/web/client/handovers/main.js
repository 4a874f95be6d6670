// Hand-over sheets by keyboard. The pages work without this; it adds keys, select all, questions before what can't be undone, printing.

import { $, $$, ask, el, show, toast } from "../ui/dom.js";
import { get } from "../ui/net.js";
import { print } from "../ui/print.js";
import { Windows } from "../desk/windows.js";

const rows = () => $$(".handover-row input, .handover-sheet");

function all(button) {
  const boxes = $$("input[type=checkbox]", button.closest("fieldset")), every = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !every; });
  count();
}

function count() {
  const button = $("#waiting button.primary"), chosen = $$("#waiting input:checked").length;
  if (button) button.firstChild.textContent = chosen ? `加入交接单（${chosen} 件） ` : "加入交接单 ";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.hasAttribute("data-all")) all(button);
  if (button?.dataset.print) print(button.dataset.print);
});
document.addEventListener("change", (event) => {
  const words = event.target.dataset?.dispute;
  if (words) { const input = document.getElementById(words); show(input, event.target.checked); if (event.target.checked) input.focus(); }
  count();
});
document.addEventListener("submit", async (event) => {
  const words = event.target.dataset.sure;
  if (!words) return;
  event.preventDefault();
  if (await ask(words, el("p", {}, ""), [[false, "返回"], [true, "作废", "danger"]])) event.target.submit();
});

addEventListener("keydown", (event) => {
  if (event.isComposing || $("dialog[open]")) return;
  const typing = event.target.matches?.("input:not([type=checkbox]), select, textarea");
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    const form = $("#main-form") ?? $("#waiting");
    if (form?.id === "waiting" && !$("#waiting input:checked")) return toast("请先勾选要交接的办件");
    if (form && !$("#main-form button[disabled]")) form.requestSubmit();
  } else if (event.altKey && event.code === "KeyP") { event.preventDefault(); $("[data-print]")?.click(); }
  else if (!typing && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const list = rows(), at = list.indexOf(document.activeElement);
    if (!list.length) return;
    event.preventDefault();
    list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  } else if (!typing && !event.ctrlKey && !event.altKey && event.key.toLowerCase() === "a") $("[data-all]", document.activeElement?.closest?.("fieldset") ?? document)?.click();
  else if (event.key === "Escape" && $(".crumbs a")) location.href = $(".crumbs a").href;
});

rows()[0]?.focus();
count();
const session = $("#window-button") ? await get("/desk/api/session").catch(() => null) : null;
if (session) new Windows(session, () => location.reload(), () => rows()[0]?.focus());
