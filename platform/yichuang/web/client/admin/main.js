// The admin's pages: what a page needs is fetched when the page is there.

import { $ } from "../ui/dom.js";
import { frame } from "./frame.js";

frame();
if ($("#editor")) import("./editor.js").then(({ start }) => start($("#editor")));
if ($("[data-preview]")) import("./preview.js").then(({ start }) => start($("[data-preview]")));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-diff]");
  if (button) import("./compare.js").then(({ toggle }) => toggle(button));
});
if ($("#chart")) import("./chart.js").then(({ start }) => start($("#chart")));
if ($("#drafting")) import("./drafting.js").then(({ start }) => start($("#drafting")));
if ($("[data-impact]")) import("./impact.js").then(({ start }) => start($("[data-impact]")));
if ($("[data-trial]")) import("./trial.js").then(({ start }) => start($("[data-trial]")));
if ($("[data-progress]")) import("./progress.js").then(({ start }) => start($("[data-progress]")));
if ($("#console")) import("./console.js").then(({ start }) => start($("#console")));
if ($("form.posters")) import("./posters.js").then(({ start }) => start($("form.posters")));
if ($("[data-reload]")) {
  addEventListener("message", (event) => { if (event.origin === location.origin && event.data?.type === "refresh") location.reload(); });
  $("[data-reload] form")?.addEventListener("change", (event) => event.target.form.submit());
}
