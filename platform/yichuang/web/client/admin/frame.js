// What all admin pages share: dialogs, questions before something is lost, publishing now or later.

import { $, $$, ask, el, show } from "../ui/dom.js";

export function frame() {
  document.addEventListener("click", click);
  $$("form").forEach((form) => form.addEventListener("submit", () => setTimeout(() => $$("button:not([type=button])", form).forEach((b) => { if (form.target !== "_blank") b.disabled = true; }), 0)));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  $("dialog[data-reopen]")?.showModal();
  const publish = $("form[data-confirm-publish]");
  if (publish) publishing(publish);
}

function click(event) {
  const open = event.target.closest("[data-open]");
  if (open) return $(`#${open.dataset.open}`)?.showModal();
  if (event.target.closest("[data-close]")) return event.target.closest("dialog").close();
  const risky = event.target.closest("[data-confirm]");
  if (risky && risky.dataset.sure !== "1") { event.preventDefault(); confirm(risky); }
}

async function confirm(button) {
  if (!(await ask("请确认", el("p", {}, button.dataset.confirm), [[false, "取消"], [true, "确定", "primary"]]))) return;
  button.dataset.sure = "1";
  button.click();
}

function publishing(form) {
  const later = $(".later", form);
  form.addEventListener("change", () => show(later, form.elements.when.value === "later"));
  form.addEventListener("submit", async (event) => {
    if (form.dataset.sure === "1") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [day, hour] = [form.elements.day.value, form.elements.hour.value || "00:00"];
    const waits = form.elements.when.value === "later";
    if (waits && !day) { $("[name=day]", form).focus(); return; }
    const moment = waits ? `${day} ${hour}（北京时间）` : "立即";
    const sure = await ask("确认发布", el("div", {}, el("p", {}, "生效时间：", el("strong", {}, moment)), el("p", {}, "原因：", form.elements.reason.value),
      el("p", { class: "muted" }, waits ? "生效前可以撤回。" : "窗口、手机和告知单一秒内随之更新。")), [[false, "再看看"], [true, waits ? "确认定时发布" : "确认发布", "primary"]]);
    if (!sure) return;
    form.dataset.sure = "1";
    form.submit();
  }, { capture: true });
}
