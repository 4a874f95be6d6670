// 表单处理: read what another system gives, choose item and target, look at the proposal, take it into a change set.

import { $, $$, el, show, text } from "../ui/dom.js";
import { Offline, Problem, post } from "../ui/net.js";
import { wordsOf } from "../mapping/transforms.js";
import { picker } from "./picker.js";

const BASE = "/admin/double-entry/drafting";

export function start(root) {
  const known = JSON.parse($("#drafting-data").textContent);
  const chosen = { way: ["form", "match"].includes(root.dataset.way) ? root.dataset.way : "schema", item: root.dataset.item, target: root.dataset.target, schemas: [], pick: 0 };
  const place = (id, label, options) => $(`#${id}`, root).replaceChildren(picker({ label, options, chosen: chosen[id], optional: false, placeholder: "选择…", pick: (code) => { chosen[id] = code; forget(); } }));
  place("item", "事项", known.items);
  place("target", "交换对象", known.targets);
  $$("[name=way]", root).forEach((radio) => radio.addEventListener("change", () => { chosen.way = radio.value; ways(); forget(); }));
  $("#file", root).addEventListener("change", async (event) => { const file = event.target.files[0]; if (file) { $("#text", root).value = await file.text(); read(); } });
  $("#text", root).addEventListener("paste", () => setTimeout(read));
  $("#text", root).addEventListener("input", () => { chosen.schemas = []; forget(); });
  $("#read", root).onclick = read;
  $("#schema", root).onchange = (event) => { chosen.pick = +event.target.value; forget(); };
  $("#propose", root).onclick = propose;
  ways();

  function ways() { show($("#given", root), chosen.way !== "form"); }
  function forget() { show($("#proposal", root), false); }

  async function read() {
    const said = $("#read-said", root);
    await told(said, async () => {
      const { schemas } = await post(`${BASE}/read`, { text: $("#text", root).value });
      Object.assign(chosen, { schemas, pick: 0 });
      $("#schema", root).replaceChildren(...schemas.map((one, index) => el("option", { value: String(index) }, `${one.title || one.name || "对方格式"}（${one.fields} 个字段）`)));
      show($("#pick", root), schemas.length > 1);
      said.className = "good-words";
      text(said, schemas.length > 1 ? `读到 ${schemas.length} 种格式` : `读到 ${schemas[0].fields} 个字段`);
    });
  }

  async function propose() {
    const said = $("#propose-said", root);
    if (chosen.way !== "form" && !chosen.schemas.length) { await read(); if (!chosen.schemas.length) return; }
    if (!chosen.item || !chosen.target) { said.className = "bad-words"; text(said, !chosen.item ? "请选择事项" : "请选择交换对象"); $(`#${chosen.item ? "target" : "item"} input`, root).focus(); return; }
    await told(said, async () => {
      const proposal = await post(`${BASE}/propose`, { way: chosen.way, item: chosen.item, target: chosen.target, schema: chosen.way !== "form" ? chosen.schemas[chosen.pick].schema : null });
      text(said, "");
      lay(proposal);
    });
  }

  function lay(proposal) {
    const { form, mapping } = proposal, box = $("#proposed", root);
    const named = (id, label, body) => { const input = el("input", { class: "input", id, maxlength: "120" }); input.value = body.title; input.addEventListener("input", () => { body.title = input.value; }); return el("div", {}, el("label", { class: "label", for: id }, label), input); };
    const said = el("span", { role: "status" });
    const adopt = el("button", { type: "button", class: "button primary", onclick: () => told(said, async () => { adopt.disabled = true; try { location.href = (await post(`${BASE}/adopt`, { item: chosen.item, form, mapping })).url; } catch (error) { adopt.disabled = false; throw error; } }) }, form ? "采用表单和对应关系" : "采用对应关系");
    box.replaceChildren(...[
      el("div", { class: "step-grid" }, form ? named("form-title", "表单名称", form) : null, named("mapping-title", "对应关系名称", mapping)),
      el("div", { class: "proposal-columns" }, form ? preview(proposal.html) : null, lines(proposal)),
      proposal.replaces ? el("div", { class: "alert warn" }, "这个事项已有表单：采用后，变更单里会改用新表单；想沿用现有表单，请在第 1 步选“沿用事项现有的表单”。") : null,
      el("p", { class: "hint" }, "采用后进入您的变更单并打开对应关系编辑器；发布之前不影响窗口。"), el("div", { class: "row" }, adopt, said)].filter(Boolean));
    show($("#proposal", root), true);
    $("#proposal", root).scrollIntoView({ block: "start", behavior: "smooth" });
    $("#proposed input", root)?.focus({ preventScroll: true });
  }
}

function preview(html) {
  const frame = el("iframe", { class: "form-preview", title: "新表单预览" });
  frame.srcdoc = html;
  return el("section", { "aria-label": "表单预览" }, el("h3", {}, "表单"), frame);
}

function lines({ lines: list, open }) {
  return el("section", { "aria-label": "对应关系" }, el("h3", {}, `对应关系（${list.length}）`), el("div", { class: "proposal-lines", tabindex: "0", role: "region", "aria-label": "对应关系表" }, el("table", { class: "table" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "对方字段"), el("th", { scope: "col" }, "取自"))),
    el("tbody", {}, list.map((line) => el("tr", {}, el("td", {}, line.title, el("div", { class: "mono muted small" }, line.to)), el("td", {}, line.words, line.transforms.map((transform) => el("span", { class: "step-chip" }, wordsOf(transform))))))))), open.length ? el("p", { class: "bad-words small" }, `还没有找到来源的必填字段：${open.join("、")}`) : el("p", { class: "good-words small" }, "✓ 对方的必填字段都有来源"));
}

async function told(said, act) {
  text(said, "请稍候…");
  said.className = "muted";
  try { await act(); } catch (error) {
    if (!(error instanceof Problem || error instanceof Offline)) throw error;
    said.className = "bad-words";
    text(said, [error.message, ...(error.problems ?? []).map((one) => one.message)].filter((words, index, all) => words && all.indexOf(words) === index).join("；"));
  }
}
