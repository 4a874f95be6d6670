// The one-time notice: issued from what is on screen, shown with its QR code, printed, downloaded.

import { $, el, refocus, toast } from "../ui/dom.js";
import { post } from "../ui/net.js";
import { print } from "../ui/print.js";

export async function notice(item, release, content) {
  if ($("dialog.notice-dialog")) return;
  let issued;
  try {
    issued = await post("/desk/api/notices", { item, release, situation: content.situation, applicant: content.applicant });
  } catch (error) {
    return toast(error.problems?.length ? `请先答完情形：${error.problems.map((p) => p.message).join("；")}` : error.message, 6);
  }
  const qr = el("div", { class: "qr" }, el("img", { src: issued.qr_url, alt: `二维码：${issued.url}`, width: 240, height: 240 }));
  const dialog = el("dialog", { class: "notice-dialog", "aria-label": "一次性告知单" },
    el("div", { class: "head" }, "一次性告知单"),
    el("div", { class: "body" }, qr, el("div", {},
      el("p", {}, "请申请人用手机扫码，带走材料清单、时限与地点。"), el("p", { class: "small muted" }, "编号 ", el("span", { class: "mono" }, issued.code)),
      el("div", { class: "ways" },
        el("button", { type: "button", class: "button primary", onclick: () => print(`${issued.pdf_url}?print=1`, dialog) }, "打印"),
        el("a", { class: "button", href: issued.pdf_url, download: "" }, "下载 PDF"), el("a", { class: "button", href: issued.url, target: "_blank", rel: "noopener" }, "打开页面")))),
    el("div", { class: "foot" }, el("button", { type: "button", class: "button", onclick: () => dialog.close(), autofocus: true }, "关闭 ", el("kbd", {}, "Esc"))));
  const back = document.activeElement;
  dialog.addEventListener("close", () => { dialog.remove(); refocus(back); });
  document.body.append(dialog);
  dialog.showModal();
}
