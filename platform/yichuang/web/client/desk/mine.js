// 我的填报: what this clerk has begun, and what this machine still has to send.

import { $, ask, el, text, toast } from "../ui/dom.js";
import { call, get } from "../ui/net.js";
import { all, forget } from "../ui/store.js";
import { Keeper } from "../ui/keeper.js";

const time = (at) => new Date(at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

export class Mine {
  constructor(open, owner) { Object.assign(this, { open, owner, current: null }); }

  async refresh() {
    let drafts;
    try { ({ drafts } = await get("/desk/api/drafts")); } catch { return; }
    const unsent = new Set((await all().catch(() => [])).filter((r) => r.owner === this.owner()).map((r) => r.id));
    text($("#mine-count"), drafts.length ? `${drafts.length} 份` : "");
    $("#mine").replaceChildren(...(drafts.length ? drafts.map((draft) => this.line(draft, unsent)) : [el("li", { class: "muted small" }, "还没有填报")]));
  }

  line(draft, unsent) {
    const badges = [
      draft.state === "submitted" ? el("span", { class: "badge good" }, "已提交") : null,
      draft.channel === "apply" ? el("span", { class: "badge brand" }, "手机预填") : null,
      draft.outdated && draft.state === "editing" ? el("span", { class: "badge warn" }, "事项已更新") : null,
      unsent.has(draft.id) ? el("span", { class: "badge warn" }, "本机待补传") : null,
    ];
    return el("li", { class: draft.id === this.current ? "current" : "", "data-id": draft.id },
      el("button", { type: "button", class: "open", onclick: () => this.open(draft.id) },
        el("span", { class: "name" }, el("span", { class: "who" }, draft.label || "未填姓名"), badges),
        el("span", { class: "sub" }, el("span", { class: "item" }, draft.item_title), el("span", {}, draft.number ?? time(draft.updated_at)))),
      draft.state === "editing" ? el("button", { type: "button", class: "drop", "aria-label": `删除 ${draft.item_title}`, onclick: () => this.drop(draft) }, "删除") : null);
  }

  async drop(draft) {
    const sure = await ask("删除这份填报？", el("p", {}, `${draft.item_title}：已填内容将被清除，不能恢复。`), [[false, "保留"], [true, "删除", "danger"]]);
    if (!sure) return;
    try { await call("DELETE", `/desk/api/drafts/${draft.id}`); await forget(draft.id).catch(() => {}); toast("已删除"); } catch (error) { return toast(error.message); }
    this.dropped?.(draft.id);
    this.refresh();
  }

  // After a crash or a cut network: what was never confirmed is sent now, whether or not its draft is opened again.
  async catchUp(except) {
    for (const record of await all().catch(() => [])) {
      if (record.owner !== this.owner() || record.id === except) continue;
      const keeper = new Keeper({ ...record, ...deskWays(record.id, record.item) });
      try { await keeper.flush(); } catch { /* stays on this machine; the next catch-up tries again */ } finally { keeper.stop(); }
    }
  }
}

export const deskWays = (id, item) => ({
  create: (content) => call("POST", "/desk/api/drafts", { id, item, ...content }),
  save: (revision, content) => call("PUT", `/desk/api/drafts/${id}`, { revision, ...content }),
});
