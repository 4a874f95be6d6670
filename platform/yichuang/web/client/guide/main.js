// The guide: search as one types, one question at a time, then the list and the notice. Resets itself on a kiosk.

import { $, el, show, text } from "../ui/dom.js";
import { get } from "../ui/net.js";
import { elder } from "../ui/elder.js";
import { idle } from "./idle.js";
import { Steps } from "./steps.js";

const kiosk = document.body.classList.contains("kiosk");
elder($("#elder"), { remember: !kiosk });
if (kiosk) idle(60, () => { location.href = "/guide?kiosk=1"; });
if ($("#steps")) new Steps($("#steps"), JSON.parse($("#wire").textContent), kiosk);

// Results while one types; without a script the form itself does it.
const input = $("#q");
let running;
async function look() {
  running?.abort();
  const words = input.value.trim();
  if (!words) return;
  running = new AbortController();
  try {
    const { items } = await get(`/api/v1/items?q=${encodeURIComponent(words)}`, { signal: running.signal });
    document.querySelectorAll('[aria-labelledby="by-theme"], [aria-labelledby="by-department"]').forEach((node) => show(node, false));
    $("#items-head").firstChild.textContent = `“${words}”的结果 `;
    text($("#items-count"), `${items.length} 项`);
    $("#items").replaceChildren(...(items.length ? items.map((item) => el("li", {}, el("a", { href: `/guide/${item.code}${kiosk ? "?kiosk=1" : ""}` },
      el("span", { class: "item-name" }, item.title), el("span", { class: "muted small" }, [item.department_title, item.case_type_title, item.promised].join(" · ")))))
      : [el("li", { class: "empty" }, "没有找到。可以换个说法，或按主题、部门查找；也可以到咨询台询问。")]));
  } catch { /* the button still works */ }
}
if (input) {
  input.addEventListener("input", (event) => { if (!event.isComposing) look(); });
  input.addEventListener("compositionend", look);
}
