// Which window this clerk works at today: asked on first use, kept for the session.

import { $, el, refocus, text, toast } from "../ui/dom.js";
import { post } from "../ui/net.js";

export class Windows {
  constructor(session, changed, after = () => refocus($("#search"))) {
    Object.assign(this, { session, changed, after });
    this.label();
    $("#window-button").addEventListener("click", () => this.choose());
    if (!session.window && (session.no_window || session.halls.some((hall) => hall.windows.length))) this.choose();
  }

  get current() { return this.session.halls.flatMap((hall) => hall.windows.map((w) => ({ ...w, hall: hall.title, hall_code: hall.code, street: hall.street }))).find((w) => w.code === this.session.window); }

  label() { text($("#window-button"), this.current ? `${this.current.title} ▾` : "选择窗口 ▾"); }

  choose() {
    if ($("dialog.window-dialog")) return;
    if (this.session.no_window) { toast(this.session.no_window); return; }
    const first = this.session.halls.find((hall) => hall.windows.length)?.windows[0].code;
    const dialog = el("dialog", { class: "window-dialog", "aria-label": "选择今天的窗口" }, el("div", { class: "head" }, "今天在哪个窗口？"),
      el("div", { class: "body" }, this.session.halls.filter((hall) => hall.windows.length).map((hall) => [
        el("h3", {}, hall.title), el("div", { class: "windows" }, hall.windows.map((w) => el("button", {
          type: "button", autofocus: w.code === (this.session.window ?? first), class: `button ${w.code === this.session.window ? "primary" : ""}`, onclick: () => this.set(w.code, dialog),
        }, w.title)))])));
    dialog.addEventListener("close", () => { dialog.remove(); this.after(); });
    document.body.append(dialog);
    dialog.showModal();
  }

  async set(code, dialog) {
    try {
      await post("/desk/api/window", { window: code });
      this.session.window = code;
      this.label();
      dialog.close();
      this.changed?.();
    } catch (error) { toast(error.message); }
  }
}
