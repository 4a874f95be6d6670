// Free questions: the form is read into a question, the answer is drawn as table and chart.

import { $, $$, el, show, text, toast } from "../ui/dom.js";
import { call, get, post } from "../ui/net.js";
import { draw } from "./chart.js";

const form = () => $("#ask");
let saved = [], asked = null;

function question() {
  const of = (name) => form().elements.namedItem(name), filters = {};
  for (const box of $$("[data-filter]:checked")) (filters[box.dataset.filter] ??= []).push(box.value);
  if (of("item").value.trim()) filters.item = [of("item").value.trim()];
  return {
    rows: $$("[name=row]").map((one) => one.value).filter(Boolean), column: of("column").value, date: of("date").value, filters,
    measures: $$("[name=measure]:checked").map((one) => one.value), since: of("since").value, until: of("until").value,
  };
}

function fill(wanted) {
  const of = (name) => form().elements.namedItem(name);
  $$("[name=row]").forEach((one, at) => { one.value = wanted.rows[at] ?? ""; });
  for (const name of ["column", "date", "since", "until"]) of(name).value = wanted[name];
  $$("[name=measure]").forEach((one) => { one.checked = wanted.measures.includes(one.value); });
  $$("[data-filter]").forEach((box) => { box.checked = (wanted.filters[box.dataset.filter] ?? []).includes(box.value); });
  of("item").value = wanted.filters.item?.[0] ?? "";
  chosen();
}

function chosen() {
  for (const words of $$("[data-chosen]")) {
    const ticked = $$(`[data-filter="${words.dataset.chosen}"]:checked`).map((box) => box.parentElement.textContent.trim());
    text(words, ticked.length ? ticked.join("、") : "全部");
  }
}

function refuse(error) {
  const words = error.problems?.length ? error.problems.map((problem) => problem.message).join("；") : error.message;
  text($("#problem"), words);
  show($("#problem"), true);
}

async function ask() {
  show($("#problem"), false);
  asked = question();
  try { answer(await post("/desk/api/statistics/ask", asked)); } catch (error) { refuse(error); }
}

const words = (value) => (value === null ? "—" : typeof value === "number" ? value.toLocaleString("zh-CN") : value);

function answer(found) {
  show($("#waiting"), false);
  show($("#answer"), true);
  const at = found.as_of ? `；数据截至 ${found.as_of.slice(0, 19).replace("T", " ")}` : "；数据还没有准备好";
  text($("#scope"), `${found.scope}，${found.rows.length.toLocaleString("zh-CN")} 行${found.cut ? "（行数过多，只列出一部分）" : ""}${at}`);
  const width = found.heads.length;
  const head = el("tr", {}, [...found.heads, ...found.columns].map((title, place) => el("th", { scope: "col", class: place < width ? "" : "number" }, title)));
  const body = found.rows.slice(0, 500).map((row) => el("tr", {}, row.map((value, place) => (
    place < width ? el("th", { scope: "row" }, value) : el("td", { class: "number" }, words(value))))));
  $("#table").replaceChildren(el("thead", {}, head), el("tbody", {}, body));
  if (found.rows.length > 500) $("#table").append(el("tfoot", {}, el("tr", {}, el("td", { colspan: head.children.length }, "只显示前 500 行，全部可导出 Excel"))));
  $("#bases").replaceChildren(...found.bases.map(({ title, basis }) => el("div", {}, el("dt", {}, title), el("dd", {}, basis))));
  picture(found, width);
}

function picture(found, width) {
  const box = $("#chart"), rows = found.rows.slice(0, 40);
  show(box, rows.length > 1);
  if (rows.length < 2) return;
  const names = rows.map((row) => row.slice(0, width).join(" ")), over = /_(year|quarter|month|day)$/.test(asked.rows[0]) && width === 1;
  const series = found.columns.slice(0, 5).map((name, place) => ({ name, data: rows.map((row) => row[width + place]) }));
  draw(box, over ? { names, series } : { names: names.slice(0, 15), series: series.map(({ name, data }) => ({ name, data: data.slice(0, 15) })) }, over ? "line" : "bar");
  if (over) { box.style.height = "230px"; dispatchEvent(new Event("resize")); }
}

// ------------------------------------------------------------- kept questions
function list() {
  const select = $("#saved"), kept = select.value;
  select.replaceChildren(el("option", { value: "" }, "—"), ...saved.map((one) => el("option", { value: one.id }, one.mine ? one.name : `${one.name}（${one.owner} 共享）`)));
  select.value = saved.some((one) => one.id === kept) ? kept : "";
  $("#forget").disabled = !saved.find((one) => one.id === select.value)?.mine;
}

async function reload() { ({ saved } = await get("/desk/api/statistics/saved")); list(); }

async function keep() {
  const dialog = $("#save-dialog"), name = $("#save-name").value;
  try {
    await post("/desk/api/statistics/saved", { name, shared: $("#save-shared").checked, question: question() });
  } catch (error) { text($("#save-problem"), error.problems?.map((one) => one.message).join("；") || error.message); return; }
  dialog.close();
  await reload();
  $("#saved").value = saved.find((one) => one.mine && one.name === name.trim())?.id ?? "";
  list();
  toast(`已保存“${name.trim()}”`);
}

async function sheet() {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const response = await fetch("/desk/api/statistics/ask.xlsx", {
    method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(asked), credentials: "same-origin",
  });
  if (!response.ok) return refuse(await response.json().catch(() => ({ message: "导出失败，请稍后再试" })));
  const link = el("a", { href: URL.createObjectURL(await response.blob()), download: "查询结果.xlsx" });
  link.click();
  return setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function start() {
  saved = JSON.parse($("#saved-data").textContent);
  list();
  form().addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  form().addEventListener("change", chosen);
  $("#saved").addEventListener("change", () => { list(); const one = saved.find((found) => found.id === $("#saved").value); if (one) { fill(one.question); ask(); } });
  $("#forget").addEventListener("click", async () => { await call("DELETE", `/desk/api/statistics/saved/${$("#saved").value}`); await reload(); toast("已删除"); });
  $("#save").addEventListener("click", () => { text($("#save-problem"), ""); $("#save-name").value = ""; $("#save-dialog").showModal(); });
  $("#save-cancel").addEventListener("click", () => $("#save-dialog").close());
  $("#save-dialog form").addEventListener("submit", (event) => { event.preventDefault(); keep(); });
  $("#sheet")?.addEventListener("click", sheet);
}
