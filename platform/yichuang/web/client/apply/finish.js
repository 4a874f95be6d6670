// The last page: what is still wrong, what to bring, and the 预填码 for the window.

import { $, el, show } from "../ui/dom.js";
import { post } from "../ui/net.js";
import { told } from "../ui/form.js";

export function finish(apply) {
  const { decision, view } = apply;
  const wrong = (decision.form?.errors ?? []).filter((error) => error.severity !== "warning");
  $("#tips").replaceChildren(...(decision.tips ?? []).map((tip) => el("p", { class: `alert ${{ warning: "warn", alert: "bad" }[tip.tone] ?? ""}` }, tip.text)));
  apply.materials();
  show($("#summary"), false);
  $("#remaining").replaceChildren(...(wrong.length ? [el("div", { class: "alert bad summary", role: "alert" }, el("div", {}, el("strong", {}, `还有 ${wrong.length} 处需要修改`),
    el("ul", {}, wrong.map((error) => el("li", {}, el("a", { href: `#f-${error.path.replaceAll("/", "-")}`, onclick: (event) => { event.preventDefault(); view.all = true; view.apply(decision.form); view.focus(error.path); } }, told(error)))))))]
    : [el("p", { class: "alert good" }, "填写完整，可以取预填码。")]));
  $("#finish").replaceChildren(
    el("button", { type: "button", class: "button primary", onclick: () => code(apply) }, wrong.length ? "先取预填码，到窗口补充" : "获取预填码"),
    el("button", { type: "button", class: "button", onclick: () => notice(apply) }, "一次性告知单"),
    ...(apply.page.login ? [el("div", { class: "card online" }, el("h3", {}, "也可以在网上提交"), el("p", { class: "small muted" }, "登录后上传材料、提交申请、查看进度，不用先跑窗口。已填的内容会带过去。"),
      el("a", { class: "button", href: `/apply/login?next=${encodeURIComponent(location.pathname)}` }, "登录后网上提交"))] : []));
}

export async function code(apply, box = $("#finish")) {
  try {
    await apply.stored();
    const given = await post(`/apply/api/drafts/${apply.id}/prefill`, {});
    box.querySelector(".prefill")?.remove();
    box.prepend(el("div", { class: "prefill", role: "status" }, el("p", {}, "到窗口报这个预填码，不用再填一遍"), el("p", { class: "prefill-code" }, `${given.code.slice(0, 5)} ${given.code.slice(5)}`),
      el("p", { class: "muted small" }, `${new Date(given.until).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" })} 前有效；取件前仍可修改，重新取码后旧码作废。`)));
  } catch (error) { fail(box, error); }
}

async function notice(apply) {
  const box = $("#finish");
  try {
    const issued = await post(`/api/v1/items/${apply.page.code}/notices`, { situation: apply.content.situation, applicant: apply.content.applicant, channel: "apply" });
    location.href = issued.url;
  } catch (error) { fail(box, error); }
}

function fail(box, error) {
  box.querySelector(".error")?.remove();
  box.append(el("p", { class: "error", role: "alert" }, error.message === "网络中断" ? "网络中断，内容已存本机，恢复后再试" : error.message));
}
