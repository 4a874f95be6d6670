// Figures: charts of what stands in the tables, filters that answer at once, free questions.

import { $, $$ } from "../ui/dom.js";
import { get } from "../ui/net.js";
import { Windows } from "../desk/windows.js";
import { draw } from "./chart.js";
import { offer } from "./items.js";

const data = $("#chart-data") ? JSON.parse($("#chart-data").textContent) : {};
for (const box of $$("[data-chart]")) if (data[box.dataset.chart]) draw(box, data[box.dataset.chart], box.dataset.kind);
for (const input of $$("input.item")) offer(input);
const filters = $("#filters");
filters?.addEventListener("change", (event) => { if (event.target.matches("select")) filters.requestSubmit(); });
filters?.addEventListener("formdata", (event) => { for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name); });
if ($("#ask")) import("./asking.js").then(({ start }) => start());

// The window is chosen when somebody asks for it; nobody is asked while reading figures.
$("#window-button")?.addEventListener("click", async () => {
  const session = await get("/desk/api/session"), windows = new Windows(session, () => location.reload(), () => {});
  if (session.window) windows.choose();
}, { once: true });
