// The page behind a review link.

import { $, el, uuid } from "../ui/dom.js";
import { elder } from "../ui/elder.js";
import { post } from "../ui/net.js";
import { idle } from "../guide/idle.js";
import { ReviewForm } from "./form.js";
import { Unsent, give, keyOf } from "./unsent.js";

const root = $("#review"), kiosk = Boolean(root.dataset.kiosk), path = location.pathname;
const KIOSK_SECONDS = 60;
elder($("#elder"), { remember: !kiosk });
if (kiosk) idle(KIOSK_SECONDS, () => location.replace("/guide?kiosk=1"));

const OVER = ["review_late", "review_link_unknown"];
const said = (title, words, ...more) => { const head = $(".review-head"); if (head) head.hidden = true; root.replaceChildren(el("div", { class: "review-done", tabindex: -1, role: "status" }, el("h2", {}, title), el("p", {}, words)), ...more); $(".review-done", root).focus(); };
const sent = () => said("谢谢您的评价", `评价已提交。一次服务只评一次，以先到的评价为准。${kiosk ? "" : "以后用本机再打开这个页面，可以看到办理情况。"}`);

// What became of it is told to the browser that gave the review alone: the link is printed on papers that others have in hand.
async function mine() {
  const key = kiosk ? null : keyOf(path);
  if (!key) return false;
  try {
    const found = await post(`${path}/answer`, { key });
    if (!found.mine) return false;
    const { state, reply } = found.answer ?? {};
    said("这次服务您已经评价过了", "感谢您的评价。一次服务只评一次，如需补充请拨打 12345。", state ? el("section", { class: "review-answer", "aria-label": "办理情况" },
      el("p", {}, "您的意见：", el("strong", {}, state)), reply ? [el("h2", {}, "给您的答复"), el("p", { class: "review-reply" }, reply)] : null) : null);
    return true;
  } catch {
    said("您评价过这次服务", "办理情况暂时看不到，请稍后再打开这个页面。");
    return true;
  }
}
const kept = () => said("已存在本机，还没有提交", "现在没有网络。网络恢复后会自动提交，请不要清除浏览器数据；再次打开本页也会提交。");

// A mark of this device, so that rating again and again can be noticed; it says nothing else.
function device() {
  if (kiosk) return "";
  try { return localStorage.getItem("device") ?? (localStorage.setItem("device", uuid()), localStorage.getItem("device")); } catch { return ""; }
}

const unsent = new Unsent((settled, error) => {
  if (settled !== path) return;
  if (!error) sent(); else said("没有提交成功", error.message);
});

async function start() {
  const wire = $("#wire");
  const waiting = (await unsent.waiting()).some((record) => record.path === path);
  if (waiting) kept();
  else if (!(await mine()) && wire) {
    new ReviewForm(root, JSON.parse(wire.textContent), {
      device: device(), give: (review, pictures) => give({ path, review, pictures, shared: kiosk }),
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
