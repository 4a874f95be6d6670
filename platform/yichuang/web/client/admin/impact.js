// Whose open deadlines a change of the calendar will move: fetched after the change set is shown, for there may be many.

import { el } from "../ui/dom.js";
import { get } from "../ui/net.js";

export async function start(card) {
  const body = card.querySelector(".body");
  try {
    body.replaceChildren(...told(await get(card.dataset.impact), card.dataset.export ? card.dataset.impact : ""));
  } catch (error) {
    body.replaceChildren(el("p", { class: "error" }, error.detail || error.title || "暂时无法计算影响，请刷新再试"));
  }
  body.removeAttribute("aria-busy");
}

function told({ cases, departments, rows, more, heads }, url) {
  if (!cases) return [el("p", { class: "muted" }, "没有在办期限会因此移动。")];
  return [
    el("p", {}, el("strong", {}, `${cases} 件在办期限将移动`), "，发布后按新日历重新计算："),
    el("ul", { class: "impact-departments" }, departments.map(([title, count]) => el("li", {}, `${title} ${count} 件`))),
    rows.length ? table(heads, rows) : null,
    more ? el("p", { class: "muted small" }, `另有 ${more} 条未列出，请导出查看。`) : null,
    rows.length && url ? el("a", { class: "button small", href: `${url}.xlsx` }, "导出 Excel") : null,
  ].filter(Boolean);
}

function table(heads, rows) {
  const line = (row) => el("tr", {}, el("td", { class: "mono" }, row.number), el("td", {}, row.item), el("td", {}, row.department), el("td", {}, row.kind),
    el("td", {}, el("del", {}, row.before)), el("td", {}, el("ins", {}, row.after)));
  return el("div", { class: "scroll-y", tabindex: "0", role: "region", "aria-label": "将移动的期限" }, el("table", { class: "table" },
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", {}, head)))), el("tbody", {}, rows.map(line))));
}
