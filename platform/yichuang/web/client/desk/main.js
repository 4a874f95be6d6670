// The desk: search, item, draft, notice, by keyboard.

import { $, $$, text, toast } from "../ui/dom.js";
import { get, post } from "../ui/net.js";
import { help } from "./help.js";
import { Mine } from "./mine.js";
import { notice } from "./notice.js";
import { Search } from "./search.js";
import { Windows } from "./windows.js";
import { Work } from "./work.js";

const session = await get("/desk/api/session").catch(() => ({ user: "", halls: [], today: new Date().toISOString().slice(0, 10) }));
const owner = () => session.user;
const context = () => ({ today: session.today, window: session.window, hall: windows?.current?.hall_code, street: windows?.current?.street });

let windows = null;
const mine = new Mine((id) => open(() => work.resume(id)), owner);
const work = new Work({ owner, context, windows: () => windows.choose(), listed: (id) => { mine.current = id; mine.refresh(); } });
const search = new Search((code) => open(() => work.look(code)));
mine.dropped = (id) => { if (work.keeper?.id === id) work.close(); };
windows = new Windows(session, () => { if (work.page) { work.decider.context = context(); work.decide(); look().catch(() => {}); } });

async function open(act) {
  try { await act(); mine.current = work.keeper?.id ?? null; mine.refresh(); } catch (error) { toast(error.message, 6); }
}

$("#prefill").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = $("#prefill-code");
  open(async () => {
    const { id } = await post("/desk/api/prefill", { code: input.value });
    input.value = "";
    await work.resume(id);
  });
});
$("#submit-button").addEventListener("click", () => work.submit());
$("#notice-button").addEventListener("click", () => work.page && notice(work.page.code, work.page.release, work.content));
$("#paper-button").addEventListener("click", () => work.paper());
$("#help-button").addEventListener("click", () => help());
$("#form-pane").addEventListener("submit", (event) => event.preventDefault());

const PANES = {
  1: () => search.focus(),
  2: () => { const last = $("#form :is(input, select, textarea):not([type=hidden]):not(:disabled)"); (last ?? $("#main")).focus(); },
  3: () => $("#pane-3").focus(),
};

function addRow() {
  const group = document.activeElement?.closest?.('[data-type="group"]') ?? $('#form [data-type="group"]:not([hidden])');
  $(".add", group ?? document.createElement("i"))?.click();
}

const ALT = { s: () => search.focus(), n: () => $("#notice-button").click(), m: () => $(".mine .open")?.focus(), a: addRow, p: () => work.paper(), ...PANES };

addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const typing = event.target.closest?.("input, select, textarea, dialog");
  const chord = event.altKey && !event.ctrlKey ? ALT[event.code.replace(/^(Key|Digit)/, "").toLowerCase()] : null;
  if (chord && !$("dialog[open]")) { event.preventDefault(); chord(); }
  else if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); work.submit(); }
  else if (event.ctrlKey && event.key.toLowerCase() === "s") { event.preventDefault(); work.keeper?.flush().catch(() => {}); }
  else if (event.key === "F8") { event.preventDefault(); if (work.view && !work.view.nextError()) toast("没有错误"); }
  else if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); }
  else if (event.key === "?" && !(typing && typing.matches("input:not([type=radio]):not([type=checkbox]), textarea, dialog"))) { event.preventDefault(); help(); }
});

// ------------------------------------------------------------- the pulse: which release, still signed in
let down = false;
const look = async () => {
  const answer = await get(`/desk/api/pulse${work.page ? `?item=${work.page.code}` : ""}`);
  await work.released(answer);
  return answer;
};
async function pulse() {
  try {
    const answer = await look();
    if (down) { down = false; work.keeper?.back(); mine.catchUp(work.keeper?.id).then(() => mine.refresh()); }
    session.today = answer.today;
    text($("#release"), `第 ${answer.release} 版`);
    if (answer.release !== session.release) { session.release = answer.release; mine.refresh(); }
  } catch (error) {
    if (error.status === 401) work.state("signed-out");
    else { down = true; if (work.page && !work.keeper) work.state("offline"); }
  }
  setTimeout(pulse, document.hidden ? 5000 : 1000);
}

addEventListener("beforeunload", (event) => { if (work.keeper?.dirty && work.keeper.localFailed) event.preventDefault(); });
$$("[autofocus]").forEach((node) => node.focus());

await mine.catchUp();
await mine.refresh();
const [, kind, name] = location.hash.split("/");
if (kind === "draft") await open(async () => { if (!(await work.resumeLocal(name).catch(() => false))) await work.resume(name); });
else if (kind === "item") await open(() => work.look(name));
pulse();
