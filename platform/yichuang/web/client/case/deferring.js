// 容缺: accepted without this material for now, to be brought by a day.

import { $, el, modal } from "../ui/dom.js";

const ahead = (days) => new Date(Date.now() + days * 86400000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

export function defer(material) {
  return new Promise((resolve) => {
    let day = null;
    const input = el("input", { class: "input", type: "date", id: "defer-day", required: true, min: ahead(0), value: material.due_on ?? ahead(5) });
    const form = el("form", { id: "defer-form", onsubmit: (event) => { event.preventDefault(); day = input.value; dialog.close(); } },
      el("p", {}, material.title), el("label", { class: "label", for: "defer-day" }, "补交期限"), input, el("p", { class: "hint" }, "期限前补交的，按正常收件；逾期未补的，系统提醒。"));
    const dialog = modal("容缺受理", { body: form, foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消"), el("button", { type: "submit", form: "defer-form", class: "button primary" }, "容缺 ", el("kbd", {}, "Enter"))] });
    dialog.addEventListener("close", () => resolve(day));
    $("input", dialog).focus();
  });
}
