// The work list and the search: a queue to be worked off without a mouse.

import { $, $$, show, text, toast } from "../ui/dom.js";
import { get, post } from "../ui/net.js";
import { Windows } from "../desk/windows.js";
import { help } from "../desk/help.js";

const KEYS = [["Alt+S 或 /", "到查找框"], ["Enter", "查找；在列表中打开"], ["↑ ↓", "选择办件"], ["1 – 9", "换分组"], ["Esc", "回到待办"]];
const form = $("#search-form"), input = $("#search"), where = $(".cases-page").dataset.where === "inbox" ? "department" : "counter";
let cursor = null, asked = 0;

// ------------------------------------------------------------- groups
const groups = () => $$(".groups [data-group]");
let chosen = groups().find((group) => !group.classList.contains("none"))?.dataset.group ?? groups()[0]?.dataset.group;

function choose(code) {
  if (!groups().some((group) => group.dataset.group === code)) return;
  chosen = code;
  groups().forEach((group) => { if (group.dataset.group === code) group.setAttribute("aria-current", "true"); else group.removeAttribute("aria-current"); });
  $$(".group-lists > section").forEach((section) => { section.hidden = section.dataset.group !== code; });
}

// ------------------------------------------------------------- rows
const rows = () => $$("tbody tr").filter((row) => row.offsetParent);
const marked = () => rows().find((row) => row.classList.contains("marked"));

function mark(row, focus = true) {
  $$("tr.marked").forEach((one) => one.classList.remove("marked"));
  row?.classList.add("marked");
  if (focus && row) { $("a", row).focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
}

function move(by) {
  const all = rows(), at = all.indexOf(marked());
  mark(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
}

// ------------------------------------------------------------- search: by POST, nothing of it in an address
async function search(more = false) {
  const query = Object.fromEntries(new FormData(form)), mine = ++asked;
  if (!Object.values(query).some(Boolean)) return back();
  try {
    const found = await post("/desk/api/cases/search", { ...query, before: more ? cursor : "" });
    if (mine !== asked) return;
    const body = $("#found tbody"), at = body.children.length;
    if (more) body.insertAdjacentHTML("beforeend", found.html); else body.innerHTML = found.html;
    cursor = found.more;
    searching(true);
    text($("#found-count"), body.children.length ? `${body.children.length} 件${cursor ? "，还有更多" : ""}` : "没有找到。请核对编号、姓名或证件号码，或放宽筛选");
    text($("#found-note"), found.note);
    show($("#found-note"), Boolean(found.note));
    show($("#more-button"), Boolean(cursor));
    mark(body.children[more ? at : 0], more || document.activeElement !== input);
  } catch (error) { toast(error.problems?.length ? error.problems.map((problem) => problem.message).join("；") : error.message, 6); }
}

function searching(now) { show($("#queue"), !now); show($("#found"), now); show($("#clear-button"), now); }

function back() {
  form.reset();
  asked += 1;
  searching(false);
  mark(rows()[0]);
}

form.addEventListener("submit", (event) => { event.preventDefault(); const row = marked(); if (document.activeElement === input && row && form.dataset.asked === input.value) $("a", row).click(); else { form.dataset.asked = input.value; search(); } });
form.addEventListener("change", (event) => { if (event.target !== input) search(); });
form.addEventListener("input", () => { delete form.dataset.asked; });
$("#clear-button").addEventListener("click", back);
$("#more-button").addEventListener("click", () => search(true));
$("#help-button").addEventListener("click", () => help(KEYS));
$("#main").addEventListener("click", (event) => {
  const group = event.target.closest("[data-group]:is(a)"), row = event.target.closest("tbody tr");
  if (group) { event.preventDefault(); choose(group.dataset.group); mark(rows()[0]); }
  else if (row && !event.target.closest("a")) $("a", row).click();
});
$("#main").addEventListener("focusin", (event) => { const row = event.target.closest("tbody tr"); if (row) mark(row, false); });

addEventListener("keydown", (event) => {
  if (event.isComposing || $("dialog[open]")) return;
  const typing = event.target.matches?.("select, input[type=date]"), text_ = event.target === input;
  if ((event.altKey && event.code === "KeyS") || (event.key === "/" && !text_ && !typing)) { event.preventDefault(); input.focus(); input.select(); }
  else if (event.key === "Escape" && !$("#found").hidden) { event.preventDefault(); back(); }
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !typing) { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
  else if (/^[1-9]$/.test(event.key) && !text_ && !typing && !event.ctrlKey && !event.altKey && $("#found").hidden) { const group = groups()[Number(event.key) - 1]; if (group) { choose(group.dataset.group); mark(rows()[0]); } }
  else if (event.key === "?" && !text_) { event.preventDefault(); help(KEYS); }
});

// ------------------------------------------------------------- the queue moves while one looks at it
async function renew() {
  if (!document.hidden && $("#found").hidden && !$("dialog[open]")) {
    try {
      const { html } = await get(`/desk/api/cases/queue/${where}`), at = marked()?.dataset.id, focus = Boolean(document.activeElement?.closest?.("#queue"));
      if (html !== renew.last) {
        $("#queue").innerHTML = renew.last = html;
        choose(chosen);
        mark(rows().find((row) => row.dataset.id === at) ?? null, focus);
      }
    } catch { /* the next look finds out */ }
  }
  setTimeout(renew, 10000);
}

const session = $("#window-button") ? await get("/desk/api/session").catch(() => null) : null;
if (session) new Windows(session, () => {}, () => mark(rows()[0]));
// A figure leads here with the filters it was counted with; those without a field of their own go along unseen.
const field = (name) => form.elements.namedItem(name);
const wanted = [...new URLSearchParams(location.search)].filter(([name]) => field(name) || ["department", "street"].includes(name));
for (const [name, value] of wanted) {
  if (!field(name)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name }));
  field(name).value = value;
}
if (wanted.length) search();
choose(chosen);
if (location.hash === "#search") input.focus(); else if (!$("dialog[open]")) mark(rows()[0]);
setTimeout(renew, 10000);
