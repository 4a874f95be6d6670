// The points of a 补正告知: all that is missing in one notice, each tied to its material or field, with problem and standard.

import { $, $$, el } from "../ui/dom.js";

export class PointsEditor {
  constructor(page) {
    this.page = page;
    this.rows = el("ol", { class: "point-rows" });
    this.adder = el("select", { class: "input", "aria-label": "添加一条" }, el("option", { value: "" }, "添加一条…"),
      group("材料", page.wire.materials.filter((m) => m.needed).map((m) => [`material:${m.code}`, m.title])),
      group("申请表栏目", page.wire.fields.map((field) => [`field:${field.path}`, field.title])),
      group("其他", [["other:", "其他问题"]]));
    this.adder.addEventListener("change", () => { if (this.adder.value) this.add(this.made(this.adder.value)); this.adder.value = ""; });
    this.node = el("div", { class: "points-editor" }, this.rows, this.adder);
    suggested(page.wire.materials).forEach((point) => this.add(point, false));
  }

  made(chosen) {
    const at = chosen.indexOf(":"), target = chosen.slice(0, at), code = chosen.slice(at + 1);
    if (target === "material") { const material = this.page.material(code); return { target, code, title: material.title, problem: "", standard: material.standard || asked(material) }; }
    if (target === "field") { const field = this.page.wire.fields.find((one) => one.path === code); return { target, code, title: field.title.split("：").pop(), problem: "", standard: "" }; }
    return { target: "other", code: "", title: "", problem: "", standard: "" };
  }

  add(point, focus = true) {
    const box = (name, words, value) => el("label", {}, el("span", {}, words), el("textarea", { class: "input", rows: 2, name: `point-${name}`, maxlength: 500 }, value));
    const title = point.target === "other" ? el("input", { class: "input", name: "point-title", "aria-label": "问题所在", placeholder: "问题所在", maxlength: 100 }) : el("strong", {}, point.title);
    const row = el("li", { class: "point-row" }, el("div", { class: "point-top" }, title, el("span", { class: "badge" }, { material: "材料", field: "申请表", other: "其他" }[point.target]),
      el("span", { class: "grow" }), el("button", { type: "button", class: "button quiet small", "aria-label": `删除 ${point.title || "这一条"}`, onclick: () => { row.remove(); this.adder.focus(); } }, "删除")),
    el("div", { class: "point-boxes" }, box("problem", "存在的问题", point.problem), box("standard", "补正标准", point.standard)));
    row.point = point;
    this.rows.append(row);
    if (focus) (point.target === "other" ? title : $("textarea", row)).focus();
  }

  value() {
    return $$(".point-row", this.rows).map((row) => ({
      target: row.point.target, code: row.point.code, title: $("[name=point-title]", row)?.value.trim() ?? row.point.title,
      problem: $("[name=point-problem]", row).value.trim(), standard: $("[name=point-standard]", row).value.trim(),
    }));
  }

  faults() {
    const open = $$(".point-row", this.rows).filter((row) => $$("[name]", row).some((node) => !node.value.trim()));
    $$(".point-row", this.rows).forEach((row) => row.classList.toggle("wrong", open.includes(row)));
    return open.length ? [{ field: open[0].closest(".deed-field").dataset.code, message: "每一条都要写明存在的问题和补正标准" }] : [];
  }
}

const group = (label, options) => (options.length ? el("optgroup", { label }, options.map(([value, title]) => el("option", { value }, title))) : null);

const asked = (material) => {
  const { originals, copies } = material.expected ?? {};
  return `提交${[originals ? `原件 ${originals} 份` : "", copies ? `复印件 ${copies} 份` : ""].filter(Boolean).join("、") || "1 份"}`;
};

// What a notice must at least name: materials not there, and review points left open on those that were looked at.
function suggested(materials) {
  return materials.filter((m) => m.needed).flatMap((m) => {
    const open = m.points.filter((point) => !point.done), standard = m.standard || asked(m);
    if (m.state === "pending" && m.necessity !== "optional") return [{ target: "material", code: m.code, title: m.title, problem: "未提交", standard }];
    if (open.length && open.length < m.points.length) return [{ target: "material", code: m.code, title: m.title, problem: `不符合：${open.map((point) => point.text).join("；")}`, standard }];
    return [];
  });
}
