// One point of a correction. What is typed lies on this device until the server has it; a lost network loses nothing.

import { $, el, show } from "../ui/dom.js";
import { call } from "../ui/net.js";
import { find, forget, keep } from "../ui/store.js";
import { form, uploader } from "../ui/upload.js";

export class Point {
  constructor(node, id, owner) {
    const { correction, seq, files, boolean } = node.dataset;
    Object.assign(this, { node, owner, at: `/apply/api/cases/${id}/corrections/${correction}/${seq}`, id: `answer/${correction}/${seq}`, boolean: Boolean(boolean), running: null });
    this.files = JSON.parse(files);
    $(".uploads", node).append(uploader({
      name: $(".uploads", node).dataset.name, files: this.files, link: (file) => `/apply/cases/${id}/files/${file.digest}`,
      add: async (file) => (await call("POST", this.at, form(file, { answer: JSON.stringify(this.read()) }))).file,
      remove: (file) => call("DELETE", `${this.at}/${file.digest}`), changed: (all) => { this.files = all; if (all.length) this.answered(); },
    }));
    this.base = JSON.stringify(this.read());
    node.addEventListener("input", () => this.remember());
    node.addEventListener("change", () => this.remember());
    node.addEventListener("submit", (event) => { event.preventDefault(); this.save().catch(() => {}); });
    addEventListener("online", () => { if (this.dirty) this.save().catch(() => {}); });
    this.restore();
  }

  get dirty() { return JSON.stringify(this.read()) !== this.base; }

  read() {
    const { text, value } = this.node.elements;
    const raw = value?.value.trim() ?? "";
    return { text: text.value.trim(), ...(value ? { value: raw === "" ? null : this.boolean ? raw === "true" : raw } : {}) };
  }

  remember() {
    if (this.dirty) keep({ id: this.id, owner: this.owner, item: "answer", revision: 1, content: this.read(), at: Date.now() }).catch(() => {});
    this.say("");
  }

  async restore() {
    const kept = await find(this.id).catch(() => null);
    if (!kept || kept.owner !== this.owner) return;
    const { text, value } = this.node.elements;
    text.value = kept.content.text ?? "";
    if (value && kept.content.value !== null && kept.content.value !== undefined) value.value = String(kept.content.value);
    if (this.dirty) this.say("这是上次没有保存的内容，请核对后保存");
  }

  // Saved, or nothing to save; one at a time, so that a double tap is one answer.
  async saved() { if (this.dirty) await this.save(); }

  save() {
    this.running ??= this.push().finally(() => { this.running = null; });
    return this.running;
  }

  async push() {
    const button = $(":scope > button", this.node), fault = $(":scope > .error", this.node), sent = this.read();
    button.disabled = true;
    show(fault, false);
    const body = new FormData();
    body.append("answer", JSON.stringify(sent));
    try {
      await call("POST", this.at, body);
      this.base = JSON.stringify(sent);
      if (!this.dirty) await forget(this.id).catch(() => {});
      this.answered();
      this.say("已保存");
    } catch (error) {
      fault.textContent = error.message === "网络中断" ? "网络中断，答复存在本机，恢复后自动保存" : error.message;
      show(fault, true);
      throw error;
    } finally { button.disabled = false; }
  }

  answered() {
    const mark = $("[data-state]", this.node);
    mark.className = "badge good";
    mark.textContent = "已答复";
  }

  say(words) { $("[role=status]", this.node).replaceChildren(words ? el("span", {}, words) : ""); }
}
