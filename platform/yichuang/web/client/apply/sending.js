// Checking and sending: everything that still stands against it, by step; then one tap, one case.

import { $, el, show } from "../ui/dom.js";
import { post } from "../ui/net.js";
import { told } from "../ui/form.js";
import { code } from "./finish.js";

export function sending(apply) {
  const { decision, view, page } = apply;
  const wrong = (decision.form?.errors ?? []).filter((error) => error.severity !== "warning");
  const missing = apply.handing.missing();
  const todo = [
    ...wrong.map((error) => [told(error), () => { view.all = true; view.apply(decision.form); view.focus(error.path); }]),
    ...apply.people.open().map(([path, words]) => [words, () => apply.to($("#step-people"), apply.people.selector(path))]),
    ...missing.map((entry) => [`请上传“${entry.material.title}”`, () => apply.to($("#step-materials"), `[data-code="${entry.code}"] input`)]),
  ];
  $("#tips").replaceChildren(...(decision.tips ?? []).map((tip) => el("p", { class: `alert ${{ warning: "warn", alert: "bad" }[tip.tone] ?? ""}` }, tip.text)));
  show($("#summary"), false);
  list(todo);
  $("#given").replaceChildren(apply.people.summary(), el("p", { class: "small muted" }, `材料已上传 ${apply.handing.entries.filter((entry) => apply.handing.has(entry.code)).length} 份`));
  const button = el("button", { type: "button", class: "button primary", id: "send", disabled: todo.length > 0 }, page.returned ? "重新提交" : "提交申请");
  button.addEventListener("click", () => send(apply, button));
  $("#finish").replaceChildren(button, el("p", { class: "muted small" }, "提交即表示所填内容和材料真实、有效。提交后可在“我的办件”查看进度、补正材料或撤回。"),
    page.returned ? "" : counter(apply));
}

// Whoever would rather go to the window takes the code along.
function counter(apply) {
  const box = el("div", { class: "finish" });
  box.append(el("button", { type: "button", class: "button quiet", onclick: () => code(apply, box) }, "改到窗口办理，取预填码"));
  return box;
}

function list(todo) {
  $("#remaining").replaceChildren(...(todo.length ? [el("div", { class: "alert bad summary", role: "alert" }, el("div", {}, el("strong", {}, `还有 ${todo.length} 处需要完成`),
    el("ul", {}, todo.map(([words, go]) => el("li", {}, el("a", { href: "#main", onclick: (event) => { event.preventDefault(); go(); } }, words))))))]
    : [el("p", { class: "alert good" }, "填写和材料都齐全，请核对申请人后提交。")]));
}

async function send(apply, button) {
  if (button.disabled) return;
  button.disabled = true;
  button.textContent = "正在提交…";
  try {
    await apply.stored();
    const sent = await post(`/apply/api/drafts/${apply.id}/submit`, { revision: apply.keeper.revision });
    apply.keeper.stop();
    location.assign(`/apply/cases/${sent.id}?sent=1`);
  } catch (error) {
    button.textContent = apply.page.returned ? "重新提交" : "提交申请";
    button.disabled = false;
    refuse(apply, error);
  }
}

function refuse(apply, error) {
  const problems = error.problems ?? [];
  const forForm = problems.filter((p) => p.path);
  if (forForm.length) apply.view?.refuse(forForm);
  if (apply.people.refuse(problems)) apply.to($("#step-people"), ".error:not([hidden])");
  const words = error.message === "网络中断" ? "网络中断，还没有提交；内容已存本机，恢复后请再点一次提交" : error.message;
  $("#finish .error")?.remove();
  $("#finish").prepend(el("p", { class: "error", role: "alert" }, words, problems.length ? el("ul", {}, problems.map((p) => el("li", {}, p.message))) : null));
}
