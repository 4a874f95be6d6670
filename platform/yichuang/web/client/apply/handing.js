// The materials, one by one: what must be uploaded, what comes from elsewhere, what may follow later.

import { $, el } from "../ui/dom.js";
import { call } from "../ui/net.js";
import { form, uploader } from "../ui/upload.js";

export const LETTER = "authority_letter";

export class Handing {
  // files: {code: [{name, size, digest}]}
  constructor(apply, files) {
    Object.assign(this, { apply, files: { ...files }, boxes: new Map() });
  }

  get entries() { return this.apply.decision.checklist.filter((entry) => entry.needed); }

  has(code) { return (this.files[code] ?? []).length > 0; }

  // As the server decides again: see cases/handing_in.py.
  wanted({ material, necessity }) {
    const elsewhere = material.generated || material.shared_check || material.e_licence?.available;
    return (necessity ?? material.necessity) === "required" && !elsewhere;
  }

  missing() { return this.entries.filter((entry) => this.wanted(entry) && !this.has(entry.code) && !this.apply.settled?.has(entry.code)); }

  show() {
    const uploads = this.entries.filter((entry) => !entry.material.generated);
    const made = this.entries.filter((entry) => entry.material.generated);
    $("#materials").replaceChildren(
      el("p", { class: "muted" }, "一份材料可以传多个文件，支持照片、PDF、OFD、Word、Excel，每个不超过 20 MB。上传即保存。"),
      el("ol", { class: "hand-in" }, uploads.map((entry) => this.line(entry))),
      made.length ? el("p", { class: "small muted" }, `由您填写的内容生成，不用上传：${made.map((entry) => entry.material.title).join("、")}`) : "");
  }

  line(entry) {
    const { material, code } = entry;
    const settled = this.apply.settled?.get(code);
    return el("li", { class: "card", "data-code": code },
      el("h3", {}, material.title, " ", el("span", { class: `badge ${settled ? "good" : this.wanted(entry) ? "brand" : ""}` }, settled ?? this.demand(entry))),
      el("p", { class: "small muted" }, [entry.words, this.otherWay(material)].filter(Boolean).join(" · ")),
      material.accept_standard ? el("details", { class: "small" }, el("summary", {}, "受理标准"), material.accept_standard) : null,
      material.fill_note ? el("p", { class: "small muted" }, material.fill_note) : null,
      this.box(code, material.title));
  }

  demand(entry) {
    if (this.wanted(entry)) return "必须上传";
    return entry.material.necessity === "deferrable" ? "可以后补" : entry.material.necessity === "optional" ? "可不传" : "可不传，系统核验";
  }

  otherWay(material) {
    if (material.shared_check) return material.shared_check;
    if (material.e_licence?.available) return `可用电子证照${material.e_licence.licence_type ? `（${material.e_licence.licence_type}）` : ""}，窗口核验时调取`;
    return "";
  }

  // One control for each material, kept from step to step so that what is being sent goes on.
  box(code, name) {
    if (!this.boxes.has(code)) {
      this.boxes.set(code, uploader({
        name, files: this.files[code] ?? [],
        add: async (file) => { await this.apply.stored(); return call("POST", this.at(code), form(file)); },
        remove: (file) => call("DELETE", `${this.at(code)}/${file.digest}`),
        changed: (files) => { this.files[code] = files; this.apply.handed?.(); },
      }));
    }
    return this.boxes.get(code);
  }

  at(code) { return `/apply/api/drafts/${this.apply.id}/materials/${code}`; }
}
