// Checking materials off by keyboard: Space marks one as received and goes on to the next. Saved at once, caught up after a cut network.

import { $, $$, text, toast } from "../ui/dom.js";
import { call, post } from "../ui/net.js";
import { camera } from "./camera.js";
import { pick, Uploads } from "./uploads.js";
import { Saver } from "./saver.js";
import { defer } from "./deferring.js";

const rowOf = (node) => node.closest(".check");

export class Materials {
  constructor(page) {
    this.page = page;
    this.saver = new Saver(page);
    this.uploads = new Uploads(page);
    page.root.addEventListener("keydown", (event) => this.key(event));
    page.root.addEventListener("click", (event) => this.click(event));
    page.root.addEventListener("change", (event) => this.changed(event));
  }

  rows() { return $$(".check:not([hidden]) > .check-row"); }

  first() { (this.rows().find((row) => rowOf(row).classList.contains("pending")) ?? this.rows()[0])?.focus(); }

  get free() { return this.page.wire.may_check && !this.page.wire.ended; }

  // ------------------------------------------------------------- keys on a row
  key(event) {
    const row = event.target.classList?.contains("check-row") ? event.target : null;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!row) { if (event.key === "Escape" && event.target.closest?.(".check-detail")) { event.preventDefault(); this.fold(rowOf(event.target), false); $(".check-row", rowOf(event.target)).focus(); } return; }
    const code = rowOf(row).dataset.code;
    const ways = {
      " ": () => !event.repeat && (event.shiftKey ? this.all() : this.toggle(code)), ArrowDown: () => this.move(row, 1), ArrowUp: () => this.move(row, -1), Home: () => this.move(row, -99), End: () => this.move(row, 99),
      Enter: () => this.fold(rowOf(row)), ArrowRight: () => this.fold(rowOf(row), true), ArrowLeft: () => this.fold(rowOf(row), false),
      y: () => this.verify(code), f: () => this.attach(code), g: () => this.shoot(code), q: () => this.defer(code),
    };
    const way = ways[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (way) { event.preventDefault(); way(); }
  }

  move(row, by) {
    const rows = this.rows(), next = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + by))];
    rows.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  fold(check, open = $(".check-detail", check).hidden) {
    $(".check-detail", check).hidden = !open;
    $(".check-open", check).setAttribute("aria-expanded", String(open));
    if (open) check.scrollIntoView({ block: "nearest" });
  }

  // ------------------------------------------------------------- changes
  toggle(code) {
    if (!this.free) return;
    const material = this.page.material(code), row = $(`#material-${code} > .check-row`);
    if (material.state === "pending" || material.state === "deferred") {
      const { originals, copies } = material.expected ?? {};
      this.put(code, { state: "received", originals: material.originals || originals || 0, copies: material.copies || copies || (originals ? 0 : 1) });
      this.onwards(row);
    } else if (material.state === "received") this.put(code, { state: "pending" });
  }

  all() { if (this.free) this.lay(post(`${this.page.url}/materials`, {})); }

  onwards(row) {
    const rows = this.rows(), after = rows.slice(rows.indexOf(row) + 1).find((one) => rowOf(one).classList.contains("pending"));
    if (after) this.move(after, 0); else this.move(row, 1);
  }

  verify(code) {
    if (!this.free) return;
    const material = this.page.material(code);
    this.put(code, { verified: !material.verified, ...(material.state === "pending" ? { state: "received", originals: material.expected?.originals || 1, copies: material.expected?.copies || 0 } : {}) });
  }

  put(code, change) {
    const material = this.page.material(code), check = $(`#material-${code}`);
    Object.assign(material, change, { points: material.points });
    if (change.state) {
      check.className = check.className.replace(/\b(pending|received|deferred|reused|licence|waived)\b/, change.state);
      text($(".check-box", check), change.state === "pending" ? "" : "√");
    }
    this.saver.put(code, change);
  }

  changed(event) {
    const check = event.target.closest?.(".check-detail") ? rowOf(event.target) : null;
    if (!check) return;
    const { name } = event.target, code = check.dataset.code, material = this.page.material(code);
    if (name === "point") { material.points[Number(event.target.value)].done = event.target.checked; this.put(code, { points: Object.fromEntries(material.points.map((point) => [point.text, point.done])) }); }
    else if (name === "verified") this.put(code, { verified: event.target.checked });
    else if (name === "note") this.put(code, { note: event.target.value.trim() });
    else this.put(code, { [name]: Math.max(0, Math.min(999, Number(event.target.value) || 0)) });
  }

  click(event) {
    const check = event.target.closest?.(".check");
    if (event.target.closest?.("#rest-button")) return this.rest(event.target.closest("#rest-button"));
    if (!check) return;
    const code = check.dataset.code, button = event.target.closest("[data-do]");
    if (event.target.closest(".check-box")) this.toggle(code);
    else if (event.target.closest(".check-row")) { this.fold(check); $(".check-row", check).focus({ preventScroll: true }); }
    else if (button) this.deeds(code, button)[button.dataset.do]?.();
  }

  deeds(code, button) {
    return {
      upload: () => this.attach(code), camera: () => this.shoot(code), defer: () => this.defer(code), unset: () => this.put(code, { state: "pending" }),
      reuse: () => this.lay(post(`${this.page.url}/materials/${code}/reuse`, { number: button.dataset.number })),
      detach: () => this.lay(call("DELETE", `${this.page.url}/materials/${code}/files/${button.dataset.digest}`)),
    };
  }

  async lay(promise) { try { this.page.lay(await promise); } catch (error) { toast(error.message, 6); } }

  rest(button) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    $$(".check.rest").forEach((check) => { check.hidden = !open; });
  }

  async attach(code) { if (this.free) for (const file of await pick()) this.uploads.send(code, file); }
  shoot(code) { if (this.free) camera(this.page.material(code).title, (file) => this.uploads.send(code, file)); }
  async defer(code) {
    const material = this.page.material(code);
    if (this.free && material.necessity === "deferrable") { const day = await defer(material); if (day) this.put(code, { state: "deferred", due_on: day }); }
  }
}
