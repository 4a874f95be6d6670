// The case on screen: the server renders it, this puts a newer rendering in place without disturbing who works on it.

import { $, $$ } from "../ui/dom.js";
import { get } from "../ui/net.js";

export class CasePage {
  constructor(root, wire) {
    Object.assign(this, { root, wire, url: `/desk/api/cases/${wire.id}`, laid: () => {}, turns: 0 });
    this.sources = sources(root);
  }

  offer(action) { return this.wire.offers.find((offer) => offer.action === action); }

  material(code) { return this.wire.materials.find((material) => material.code === code); }

  // What was asked for before something else was put in place may be of before: it is asked for again.
  async refresh() {
    const turn = this.turns, answer = await get(this.url);
    return turn === this.turns ? this.lay(answer) : this.refresh();
  }

  // Newer than what stands, without being shown yet.
  take(wire) { this.turns += 1; this.wire = wire; }

  // Regions that changed are replaced; which material is open, where the focus is and what is typed stay as they are.
  // An answer that was overtaken on its way by a later step is dropped.
  lay({ case: wire, html }) {
    if (wire.revision < this.wire.revision) return this.wire;
    this.take(wire);
    const fresh = new DOMParser().parseFromString(html, "text/html").body, told = sources(fresh), at = place();
    const same = [...told.keys()].join() === [...this.sources.keys()].join();
    if (same) for (const [name, source] of told) { if (source !== this.sources.get(name)) replace($(`[data-region="${name}"]`, this.root), $(`[data-region="${name}"]`, fresh)); }
    else this.relay(fresh);
    this.sources = told;
    document.title = `${wire.number} · ${wire.state_title} · 一窗`;
    this.laid();
    restore(at);
    return wire;
  }

  relay(fresh) {
    const scrolls = $$(".pane", this.root).map((pane) => pane.scrollTop), notices = $("#notices", this.root);
    const old = new Map($$("[data-region]", this.root).map((node) => [node.dataset.region, node]));
    $$("[data-region]", fresh).forEach((node) => { const before = old.get(node.dataset.region); if (before) keepTyped(before, node); });
    this.root.replaceChildren(...fresh.childNodes);
    $("#notices", this.root).replaceWith(notices);
    $$(".pane", this.root).forEach((pane, index) => { pane.scrollTop = scrolls[index] ?? 0; });
  }
}

const sources = (root) => new Map($$("[data-region]", root).map((node) => [node.dataset.region, node.outerHTML]));

function replace(old, fresh) {
  keepTyped(old, fresh);
  old.replaceWith(fresh);
}

// A detail that is open stays open; an input that differs from what the server had sent keeps what was typed.
function keepTyped(old, fresh) {
  const detail = $(".check-detail", old), next = $(".check-detail", fresh);
  if (detail && next && !detail.hidden) { next.hidden = false; $(".check-open", fresh)?.setAttribute("aria-expanded", "true"); }
  $$("input:not([type=checkbox])", old).forEach((input) => {
    const twin = $(`input[name="${input.name}"]`, fresh);
    if (twin && input.value !== input.defaultValue) twin.value = input.value;
  });
  if (old.classList.contains("rest")) fresh.hidden = old.hidden;
}

function place() {
  const node = document.activeElement, check = node?.closest?.(".check");
  if (!node || node === document.body || node.closest("dialog")) return null;
  if (check) return { code: check.dataset.code, name: node.name, value: node.value, row: node.classList.contains("check-row"), from: node.selectionStart };
  return { id: node.id, action: node.dataset?.action, deed: node.dataset?.do };
}

function restore(at) {
  if (!at || (document.activeElement && document.activeElement !== document.body)) return;
  const check = at.code ? document.getElementById(`material-${at.code}`) : null;
  const node = check ? (at.name ? $$(`[name="${at.name}"]`, check).find((one) => one.type !== "checkbox" || one.value === at.value) : null) ?? $(".check-row", check)
    : (at.id && document.getElementById(at.id)) || (at.action && $(`[data-action="${at.action}"]`)) || (at.deed && $(`[data-do="${at.deed}"]`));
  (node ?? $("#main"))?.focus({ preventScroll: true });
}
