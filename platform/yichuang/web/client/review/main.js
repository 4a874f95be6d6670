// The page behind a review link.

import { $, el, uuid } from "../ui/dom.js";
import { elder } from "../ui/elder.js";
import { idle } from "../guide/idle.js";
import { ReviewForm } from "./form.js";
import { Unsent, give } from "./unsent.js";

const root = $("#review"), kiosk = Boolean(root.dataset.kiosk), path = location.pathname;
const KIOSK_SECONDS = 60;
elder($("#elder"), { remember: !kiosk });
if (kiosk) idle(KIOSK_SECONDS, () => location.replace("/guide?kiosk=1"));

const OVER = ["review_given", "review_late", "review_link_unknown"];
const said = (title, words) => { const head = $(".review-head"); if (head) head.hidden = true; root.replaceChildren(el("div", { class: "review-done", tabindex: -1, role: "status" }, el("h2", {}, title), el("p", {}, words))); $(".review-done", root).focus(); };
const sent = () => said("谢谢您的评价", "评价已提交。");
const kept = () => said("已存在本机，还没有提交", "现在没有网络。网络恢复后会自动提交，请不要清除浏览器数据；再次打开本页也会提交。");

// A mark of this device, so that rating again and again can be noticed; it says nothing else.
function device() {
  if (kiosk) return "";
  try { return localStorage.getItem("device") ?? (localStorage.setItem("device", uuid()), localStorage.getItem("device")); } catch { return ""; }
}

const unsent = new Unsent((settled, error) => {
  if (settled !== path) return;
  if (!error) sent(); else if (error.code === "review_given") said("这次服务已经评价过了", "一次服务只评一次。"); else said("没有提交成功", error.message);
});

async function start() {
  const wire = $("#wire");
  const waiting = (await unsent.waiting()).some((record) => record.path === path);
  if (waiting) kept();
  else if (wire) {
    new ReviewForm(root, JSON.parse(wire.textContent), {
      device: device(), give: (review, pictures) => give({ path, review, pictures }),
      done(outcome, error) {
        if (outcome === "sent") sent();
        else if (outcome === "kept") { kept(); unsent.flush(); }
        else if (OVER.includes(error?.code)) said("没有提交", error.message);
      },
    });
  }
  unsent.flush();
}
start();
