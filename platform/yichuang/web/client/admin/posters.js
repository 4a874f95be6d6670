// Choosing items for a poster: by theme, by department, one by one.

import { $, $$ } from "../ui/dom.js";

export function start(form) {
  const boxes = $$("[name=item]", form), title = $("#poster-title", form);
  let named = "";
  const told = () => {
    const count = boxes.filter((box) => box.checked).length;
    $("#chosen").textContent = count ? `已选 ${count} 个` : "未选";
    $(".poster-side button", form).disabled = !count;
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme], [data-department]");
    if (!button) return;
    const { theme, department } = button.dataset;
    const on = button.getAttribute("aria-pressed") !== "true";
    $$("[aria-pressed]", form).forEach((other) => other.removeAttribute("aria-pressed"));
    boxes.forEach((box) => { box.checked = on && (theme ? box.dataset.themes.split(" ").includes(theme) : box.dataset.department === department); });
    if (on) button.setAttribute("aria-pressed", "true");
    if (!title.value || title.value === named || title.value === "办事一次告知") title.value = named = `${button.dataset.title}　一次告知`;
    told();
  });
  form.addEventListener("change", told);
  told();
}
