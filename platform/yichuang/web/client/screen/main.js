// The second display: asks what to show, shows it, and forgets it. A service is offered until it is reviewed, put away or nobody has touched it.

import { $, el, show } from "../ui/dom.js";
import { elder } from "../ui/elder.js";
import { Problem, get, post } from "../ui/net.js";
import { ReviewForm } from "../review/form.js";
import { Unsent, give } from "../review/unsent.js";

const main = $("#main"), EVERY = 1500, THANKS = 4000;
elder($("#elder"), { remember: false });

$("#bind")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try { await post("/screen/api/bind", { code: $("#code").value }); location.reload(); } catch (error) { $("#fault").hidden = false; $("#fault").textContent = error.problems?.[0]?.message ?? error.message; }
});

class Display {
  constructor(seconds) {
    Object.assign(this, { seconds, put: new Set(), showing: "" });
    this.unsent = new Unsent(() => {});
    ["pointerdown", "keydown", "input"].forEach((name) => addEventListener(name, () => this.touched()));
    this.ask();
    this.unsent.flush();
  }

  async ask() {
    try {
      this.take(await get("/screen/api/now"));
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return location.reload();
    }
    setTimeout(() => this.ask(), EVERY);
  }

  // What is on stays on while somebody is at it, whatever comes next.
  take(now) {
    if (this.showing || now.show !== "review" || this.put.has(now.id)) return;
    this.showing = now.id;
    const stage = $("#stage"), box = el("div");
    stage.replaceChildren(el("div", { class: "review-head" }, el("h1", {}, "请评价这次服务"), el("p", {}, `${now.form.service.item_title} · ${now.form.service.name}`)), box,
      el("p", {}, el("button", { type: "button", class: "button", onclick: () => this.close() }, "不评价")));
    new ReviewForm(box, now.form, {
      pictures: false, give: (review, pictures) => give({ path: now.path, review, pictures, shared: true }),
      done: (outcome, error) => {
        if (outcome) this.thank(); else if (error?.code === "review_late") this.close();
        if (outcome === "kept") this.unsent.flush();
      },
    });
    this.face(true);
    this.touched();
  }

  thank() {
    this.put.add(this.showing);
    $("#stage").replaceChildren(el("div", { class: "review-done", role: "status" }, el("h1", {}, "谢谢您的评价")));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), THANKS);
  }

  touched() {
    if (!this.showing || this.put.has(this.showing)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), this.seconds * 1000);
  }

  close() {
    clearTimeout(this.timer);
    this.put.add(this.showing);
    this.showing = "";
    $("#stage").replaceChildren();
    this.face(false);
  }

  face(busy) { show($("#stage"), busy); show($("#idle"), !busy); }
}

if (main.dataset.bound) new Display(+main.dataset.seconds);
