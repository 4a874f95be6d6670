// The materials for this situation, each with its reason; those not needed are there too, folded, with what would have to differ.

import { $, el } from "./dom.js";

const NECESSITY = { required: ["必要", "brand"], optional: ["非必要", ""], deferrable: ["可容缺", "warn"] };

export function checklist(root, entries) {
  const key = JSON.stringify(entries);
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  const needed = entries.filter((entry) => entry.needed), rest = entries.filter((entry) => !entry.needed);
  const open = $("details.rest", root)?.open ?? false;
  root.replaceChildren(
    el("p", { class: "count" }, el("strong", {}, String(needed.length)), " 份材料", rest.length ? `，另有 ${rest.length} 份本情形不需要` : ""),
    el("ol", { class: "materials" }, needed.map(line)),
    ...(rest.length ? [el("details", { class: "rest", open }, el("summary", {}, `不需要的材料（${rest.length}）`), el("ul", { class: "materials" }, rest.map(line)))] : []));
}

function line(entry) {
  const material = entry.material;
  const [words, tone] = NECESSITY[entry.necessity ?? material.necessity] ?? ["", ""];
  const copies = [material.originals ? `原件 ${material.originals}` : "", material.copies ? `复印件 ${material.copies}` : ""].filter(Boolean).join("，");
  return el("li", { class: "material", "data-code": material.code },
    el("div", { class: "title" }, material.title, " ",
      entry.needed && words ? el("span", { class: `badge ${tone}` }, words) : null,
      material.generated ? el("span", { class: "badge good" }, "由表单生成") : null,
      material.e_licence?.available ? el("span", { class: "badge good" }, "可用电子证照") : null,
      entry.commitment ? el("span", { class: "badge good" }, "可承诺") : null,
      material.shared_check ? el("span", { class: "badge good" }, "共享核验") : null),
    el("div", { class: "why small" }, [entry.needed ? copies : "", entry.words].filter(Boolean).join(" · ")),
    entry.commitment_words ? el("div", { class: "why small" }, entry.commitment_words) : null,
    entry.needed && material.accept_standard ? el("details", { class: "small" }, el("summary", {}, "受理标准"), material.accept_standard) : null);
}
