// One case on the desk, by keyboard.

import { $, toast } from "../ui/dom.js";
import { get, post } from "../ui/net.js";
import { print } from "../ui/print.js";
import { Windows } from "../desk/windows.js";
import { help } from "../desk/help.js";
import { act, primary } from "./deed.js";
import { answering } from "./answering.js";
import { commitments } from "./commitments.js";
import { handOver, release, take } from "./holding.js";
import { Materials } from "./materials.js";
import { address } from "./outcome.js";
import { CasePage } from "./page.js";
import { voiding } from "./voiding.js";

const page = new CasePage($("#case"), JSON.parse($("#case-wire").textContent));
const materials = new Materials(page);
commitments(page);
const queue = $(".bar-nav a[href='/desk/inbox']") && !page.wire.may_check ? "/desk/inbox" : "/desk/cases";

const KEYS = [
  ["Ctrl+Enter", "主要操作（蓝色按钮）"], ["↑ ↓", "选材料"], ["空格", "标记收到，到下一份；再按一次取消"], ["Shift+空格", "其余必交的全部收到"], ["Enter", "展开／收起材料"], ["Y", "已与原件核对"], ["F / G", "传文件／高拍仪拍照"], ["Q", "容缺，限期补交"],
  ["Alt+1 / Alt+2 / Alt+3", "到材料／申请表／操作"], ["Alt+P", "打印最近的文书"], ["Alt+S", "查找办件"], ["Alt+Q", "回到待办"], ["Esc", "关闭对话框"],
];

// An action waits for what was checked a moment ago; without one, the main action.
let waiting = false;
async function go(action) {
  if (waiting) return;
  waiting = true;
  try { await materials.saver.idle(); } finally { waiting = false; }
  const code = action ?? primary(page)?.action;
  if (code) act(page, code); else toast("现在没有主要操作");
}

async function reveal(button) {
  if (button.getAttribute("aria-pressed") === "true") return page.refresh();
  try { page.lay(await post(`${page.url}/reveal`, {})); toast("已显示完整信息，本次查看已留痕"); } catch (error) { toast(error.message, 6); }
}

const DEEDS = {
  "hand-over": () => handOver(page), assign: () => handOver(page, "改派这个办件"), form: () => print(`${page.url}/form.pdf`), take: () => take(page), release: () => release(page),
  print: (button) => print(address(page, button.dataset.document)),
  void: (button) => voiding(page, button.dataset.document, button.dataset.title),
  answer: (button) => { const point = button.closest("li"); answering(page, point.dataset, $("strong", point).textContent); },
};

page.root.addEventListener("click", (event) => {
  const action = event.target.closest("[data-action]"), deed = event.target.closest("[data-do]");
  if (action) go(action.dataset.action);
  else if (event.target.closest("#reveal-button")) reveal(event.target.closest("#reveal-button"));
  else if (deed) DEEDS[deed.dataset.do]?.(deed);
});
$("#help-button").addEventListener("click", () => help(KEYS));

const last = () => { const one = page.wire.documents.at(-1); if (one) print(address(page, one.id)); else toast("还没有文书"); };
const ALT = {
  1: () => materials.first(), 2: () => $("#form-block").scrollIntoView({ block: "start" }), 3: () => $("#deeds .button")?.focus(),
  p: last, s: () => location.assign(`${queue}#search`), q: () => location.assign(queue),
};

// A key of the flow's own, like `Alt+J`, presses its action.
function pressed(event) {
  const chord = `${event.ctrlKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.code.replace(/^(Key|Digit)/, "")}`;
  return page.wire.offers.find((offer) => offer.key && offer.key !== "Ctrl+Enter" && offer.key.replace(/\s/g, "").toLowerCase() === chord.toLowerCase());
}

addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || ($("dialog[open]") && !$("dialog.outcome-dialog[open]"))) return;
  const offer = event.altKey || event.ctrlKey ? pressed(event) : null;
  const chord = event.altKey && !event.ctrlKey ? ALT[event.code.replace(/^(Key|Digit)/, "").toLowerCase()] : null;
  if (event.ctrlKey && event.key === "Enter" && !$("dialog[open]")) { event.preventDefault(); go(); }
  else if (offer && !$("dialog[open]")) { event.preventDefault(); go(offer.action); }
  else if (chord) { event.preventDefault(); chord(); }
  else if (event.key === "?" && !event.target.closest("input, textarea, select")) { event.preventDefault(); help(KEYS); }
});

// ------------------------------------------------------------- somebody else acts: told within seconds, shown without a reload
async function pulse() {
  if (!document.hidden && !$("dialog[open]") && !materials.saver.waiting.size) {
    try {
      const { revision, holder } = await get(`${page.url}/pulse`);
      if (revision !== page.wire.revision || (holder ?? null) !== (page.wire.holder?.name ?? null)) await page.refresh();
    } catch { /* the next deed finds out */ }
  }
  setTimeout(pulse, 5000);
}

function settle() { if ($("dialog[open]")) return; if (page.wire.may_check && !page.wire.ended) materials.first(); else ($("#deeds .primary") ?? $("#main")).focus(); }

if (location.hash === "#received") { toast("已收件：空格逐份核对材料，Alt+G 出具收件凭证", 6); history.replaceState(null, "", location.pathname); }
settle();
setTimeout(pulse, 5000);
const session = $("#window-button") ? await get("/desk/api/session").catch(() => null) : null;
if (session) new Windows(session, () => page.refresh().catch(() => {}), settle);
