// The materials for this situation, each with its reason; those not needed are there too, folded, with what would have to differ.
// What a signed commitment replaces is struck out and counted apart; what it defers says until when.

import { $, el } from "./dom.js";

const NECESSITY = { required: ["必要", "brand"], optional: ["非必要", ""], deferrable: ["可容缺", "warn"] };

export function checklist(root, entries, effective = null) {
  const key = JSON.stringify([entries, effective]);
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  const spared = (entry) => effective && (effective.replaced.includes(entry.material.code) || effective.provided.includes(entry.material.code));
  const needed = entries.filter((entry) => entry.needed && !spared(entry)), free = entries.filter((entry) => entry.needed && spared(entry)), rest = entries.filter((entry) => !entry.needed);
  const open = $("details.rest", root)?.open ?? false;
  const draw = (entry) => line(entry, effective);
  root.replaceChildren(
    el("p", { class: "count" }, el("strong", {}, String(needed.length)), " 份材料", free.length ? `，${free.length} 份由承诺免交` : "", rest.length ? `，另有 ${rest.length} 份本情形不需要` : ""),
    el("ol", { class: "materials" }, needed.map(draw)),
    ...(free.length ? [el("ul", { class: "materials", "aria-label": "由承诺免交" }, free.map(draw))] : []),
    ...(rest.length ? [el("details", { class: "rest", open }, el("summary", {}, `不需要的材料（${rest.length}）`), el("ul", { class: "materials" }, rest.map(draw)))] : []));
}

function marks(code, effective) {
  if (!effective) return null;
  if (effective.replaced.includes(code)) return el("span", { class: "badge good", "data-mark": "replaced" }, "承诺替代");
  if (effective.provided.includes(code)) return el("span", { class: "badge good", "data-mark": "provided" }, "已签承诺书");
  const later = effective.deferred[code];
  return later ? el("span", { class: "badge warn", "data-mark": "deferred" }, `容缺后补，受理后 ${later.days} ${later.unit === "day" ? "日" : "个工作日"}内`) : null;
}

function line(entry, effective) {
  const material = entry.material, mark = entry.needed ? marks(material.code, effective) : null, spared = mark && mark.dataset.mark !== "deferred";
  const [words, tone] = NECESSITY[entry.necessity ?? material.necessity] ?? ["", ""];
  const copies = [material.originals ? `原件 ${material.originals}` : "", material.copies ? `复印件 ${material.copies}` : ""].filter(Boolean).join("，");
  return el("li", { class: `material${spared ? " spared" : ""}`, "data-code": material.code },
    el("div", { class: "title" }, material.title, " ",
      mark,
      entry.needed && words && !spared ? el("span", { class: `badge ${tone}` }, words) : null,
      material.generated && !spared ? el("span", { class: "badge good" }, "由表单生成") : null,
      material.e_licence?.available && !spared ? el("span", { class: "badge good" }, "可用电子证照") : null,
      entry.commitment && !spared ? el("span", { class: "badge good" }, "可承诺") : null,
      material.shared_check && !spared ? el("span", { class: "badge good" }, "共享核验") : null),
    spared ? null : el("div", { class: "why small" }, [entry.needed ? copies : "", entry.words].filter(Boolean).join(" · ")),
    entry.commitment_words && !spared ? el("div", { class: "why small" }, entry.commitment_words) : null,
    entry.needed && material.accept_standard && !spared ? el("details", { class: "small" }, el("summary", {}, "受理标准"), material.accept_standard) : null);
}
