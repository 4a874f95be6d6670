// An applicant's answer to one point of a correction, written down at the counter, with what they bring.

import { el, modal, toast } from "../ui/dom.js";
import { call, post } from "../ui/net.js";
import { camera } from "./camera.js";
import { pick } from "./uploads.js";

const KINDS = { number: "text", money: "text", date: "date", time: "time", email: "email", phone: "tel" };

// The field itself, to be filled in anew; null for one that holds more than a single value.
function control(field) {
  if (!field?.type) return null;
  const shared = { class: "input", id: "point-value" };
  if (field.type === "boolean") return el("select", shared, el("option", { value: "" }, "不改"), el("option", { value: "true" }, "是"), el("option", { value: "false" }, "否"));
  if (field.options.length) return el("select", shared, el("option", { value: "" }, "不改"), field.options.map(([code, title]) => el("option", { value: code }, title)));
  if (field.type === "choice") return null;
  return field.type === "textarea" ? el("textarea", { ...shared, rows: 2 }) : el("input", { ...shared, type: KINDS[field.type] ?? "text" });
}

const read = (input, field) => (!input?.value.trim() ? null : field.type === "boolean" ? input.value === "true" : input.value.trim());

export function answering(page, { correction, seq, target, code }, title) {
  const field = target === "field" ? page.wire.fields.find((one) => one.path === code) : null, value = control(field);
  const files = [], list = el("ul", { class: "files" }), error = el("p", { class: "error", role: "alert", hidden: true });
  const answer = el("textarea", { class: "input", id: "point-answer", rows: 3, maxlength: 2000 });
  const wrong = (words) => { error.textContent = words; error.hidden = false; };
  const add = async (file) => {
    const body = new FormData();
    body.append("file", file);
    try { const kept = await call("POST", `${page.url}/files`, body); files.push(kept); list.append(el("li", {}, kept.name)); } catch (problem) { wrong(problem.message); }
  };
  const form = el("form", { id: "answer-form", onsubmit: async (event) => {
    event.preventDefault();
    if (!answer.value.trim() && !files.length && read(value, field) === null) { wrong("请写明补正情况，或上传补正的材料"); return answer.focus(); }
    try { page.lay(await post(`${page.url}/corrections/${correction}/points/${seq}`, { text: answer.value.trim(), value: read(value, field), files })); dialog.close(); toast("已登记"); } catch (problem) { wrong(problem.message); }
  } }, value ? [el("label", { class: "label", for: "point-value" }, "改填为"), value, el("p", { class: "hint" }, "补正收件时写入申请表，并重新检查。")] : null,
  el("label", { class: "label", for: "point-answer" }, "补正情况"), answer, list,
  el("div", { class: "check-ways" }, el("button", { type: "button", class: "button small", onclick: async () => { for (const file of await pick()) await add(file); } }, "传文件"), el("button", { type: "button", class: "button small", onclick: () => camera(title, add) }, "高拍仪拍照")), error);
  form.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); event.stopPropagation(); form.requestSubmit(); } });
  const dialog = modal(`补正：${title}`, { kind: "deed-dialog", body: form, foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消 ", el("kbd", {}, "Esc")), el("button", { type: "submit", form: "answer-form", class: "button primary" }, "登记 ", el("kbd", {}, "Ctrl+Enter"))] });
  (value ?? answer).focus();
}
