// An applicant's answer to one point of a correction, written down at the counter, with what they bring.

import { $, el, modal, toast } from "../ui/dom.js";
import { call, post } from "../ui/net.js";
import { camera } from "./camera.js";
import { pick } from "./uploads.js";

export function answering(page, { correction, seq }, title) {
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
    if (!answer.value.trim() && !files.length) { wrong("请写明补正情况，或上传补正的材料"); return answer.focus(); }
    try { page.lay(await post(`${page.url}/corrections/${correction}/points/${seq}`, { text: answer.value.trim(), files })); dialog.close(); toast("已登记"); } catch (problem) { wrong(problem.message); }
  } }, el("label", { class: "label", for: "point-answer" }, "补正情况"), answer, list,
  el("div", { class: "check-ways" }, el("button", { type: "button", class: "button small", onclick: async () => { for (const file of await pick()) await add(file); } }, "传文件"), el("button", { type: "button", class: "button small", onclick: () => camera(title, add) }, "高拍仪拍照")), error);
  form.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); event.stopPropagation(); form.requestSubmit(); } });
  const dialog = modal(`补正：${title}`, { kind: "deed-dialog", body: form, foot: [el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "取消 ", el("kbd", {}, "Esc")), el("button", { type: "submit", form: "answer-form", class: "button primary" }, "登记 ", el("kbd", {}, "Ctrl+Enter"))] });
  $("textarea", dialog).focus();
}
