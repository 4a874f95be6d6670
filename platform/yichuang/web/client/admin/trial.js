// Which waiting exceptions a change set's mappings would let pass, and what passes today and would not: fetched after the page is shown.

import { el } from "../ui/dom.js";
import { get } from "../ui/net.js";

export async function start(card) {
  const body = card.querySelector(".body");
  try {
    body.replaceChildren(...told(await get(card.dataset.trial)));
  } catch (error) {
    body.replaceChildren(el("p", { class: "error" }, error.detail || error.title || "暂时无法试算，请刷新再试"));
  }
  body.removeAttribute("aria-busy");
}

function told({ targets }) {
  if (!targets.length) return [el("p", { class: "muted" }, "这张变更单不影响任何对接目标的转换。")];
  return targets.map((target) => el("section", { class: "trial-target", "aria-label": target.title },
    el("h3", {}, target.title),
    el("p", {}, el("a", { href: `/admin/exceptions/?target=${encodeURIComponent(target.code)}` }, `待处理异常 ${target.waiting} 件`), "：",
      el("strong", { class: target.pass ? "good" : "" }, `发布后 ${target.pass} 件可以通过`), target.changed ? `，${target.changed} 件内容会变化` : "", `，${target.still} 件仍不能转换。`),
    target.faults.length ? list("仍不能转换的原因", target.faults) : null,
    target.broken ? el("div", { class: "alert bad", role: "alert" }, el("div", {}, el("strong", {}, `现在能通过的 ${target.tried} 件中，有 ${target.broken} 件会变成异常`), list("", target.breaks)))
      : el("p", { class: "muted" }, target.tried ? `现在能通过的最近 ${target.tried} 件，发布后都仍能通过。` : "最近没有送出的数据可供试算。"),
    target.cut ? el("p", { class: "muted small" }, "数据较多，只试算了最近的一部分。") : null));
}

function list(title, faults) {
  return el("div", {}, title ? el("p", { class: "muted small" }, title) : null,
    el("ul", { class: "plain trial-faults" }, faults.map(({ to, message, count, examples }) => el("li", {}, el("span", { class: "mono" }, to), ` ${message}`,
      el("span", { class: "muted small" }, ` ${count} 件，如 `, examples.map((one, at) => [at ? "、" : "", el("a", { href: `/admin/deliveries/${one.id}`, class: "mono" }, one.number)]))))));
}
