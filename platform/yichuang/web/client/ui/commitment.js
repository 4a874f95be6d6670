// 告知承诺 beside a form: whether it may be chosen and why not, in words; notice, letter and signature; what was chosen, and taking it back.

import { ask, el, refocus, show, toast } from "./dom.js";
import { get, post } from "./net.js";
import { signatureBox } from "./signature.js";

const EMPTY = { offers: [], commitments: [], effective: { replaced: [], provided: [], deferred: {} }, unfit: [], closed: "", late: false, reading: false };
const TONES = { signed: "good", in_effect: "good", verifying: "warn", verified_ok: "good", rectifying: "warn", ineligible: "bad", revoked: "bad", credit_recorded: "bad" };

export class CommitmentPanel {
  // `base`: the address of the interface; `subject()`: `{draft}` or `{case}`, null before there is one; `ready()`: all is saved; `changed(effective)`.
  constructor(root, { base, subject, ready = async () => {}, changed = () => {} }) {
    Object.assign(this, { root, base, subject, ready, changed, told: EMPTY, drawn: "", turn: 0 });
  }

  get may() { return !this.told.closed; }

  get effective() { return this.told.effective; }

  clear() {
    this.turn += 1;
    this.take(EMPTY);
  }

  async refresh() {
    const subject = this.subject(), turn = (this.turn += 1);
    if (!subject) return this.take(EMPTY);
    try {
      const told = await get(`${this.base}?${new URLSearchParams(subject)}`);
      if (turn === this.turn) this.take(told);
    } catch { /* the next save asks again */ }
  }

  take(told) {
    this.told = told;
    const drawn = JSON.stringify(told);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.draw();
    this.changed(told.effective);
  }

  draw() {
    const cards = this.cards();
    this.root.replaceChildren(...cards.length ? [el("h2", {}, "告知承诺 ", el("span", { class: "hint" }, "自愿选择，不选按一般程序")), ...cards] : []);
    show(this.root, cards.length > 0);
  }

  cards() {
    const { offers, commitments } = this.told, seen = new Set(offers.map((offer) => offer.code));
    const orphans = commitments.filter((found) => found.stands && !seen.has(found.definition));
    const shown = this.told.late ? offers.filter((offer) => newest(commitments, offer.code)) : offers;
    return [...shown.map((offer) => this.card(offer, newest(commitments, offer.code))), ...orphans.map((found) => this.card(null, found))];
  }

  card(offer, found) {
    const chosen = found && !["offered", "lapsed", "withdrawn"].includes(found.state), title = (offer ?? found).title;
    const badge = chosen ? [TONES[found.state] ?? "", found.state_title] : offer.open ? ["brand", "可以选择"] : offer.undecided ? ["", "待填写"] : ["bad", "不能选择"];
    return el("div", { class: `commitment card ${chosen && found.stands ? "standing" : ""}`, "data-code": (offer ?? found).code ?? found.definition, "data-state": chosen ? found.state : offer.open ? "open" : "closed" },
      el("div", { class: "commitment-head" }, el("strong", {}, title), el("span", { class: `badge ${badge[0]}` }, badge[1]), el("span", { class: "muted small" }, (offer ?? found).kind_title)),
      chosen ? this.chosen(offer, found) : offer.open ? this.open(offer) : this.closed(offer));
  }

  open(offer) {
    return [gains(offer), kept(offer), offer.excluded_note ? el("p", { class: "muted small" }, offer.excluded_note) : null,
      this.may ? el("div", { class: "commitment-ways" }, el("button", { type: "button", class: "button primary small", onclick: (event) => this.tell(offer, event.target) }, "阅读告知书并选择")) : el("p", { class: "small" }, this.told.closed)];
  }

  closed(offer) {
    return el("ul", { class: `reasons ${offer.undecided ? "" : "refused"}` }, offer.reasons.map((reason) => el("li", {}, reason.message, reason.remedy ? el("span", { class: "remedy" }, reason.remedy) : null)));
  }

  chosen(offer, found) {
    const words = { declined: "申请人选择一般程序，材料照常提交。", ineligible: "申请人有未修复的失信记录，已转一般程序，材料照常提交。" }[found.state];
    const again = ["declined"].includes(found.state) && offer?.open && this.may && !this.told.late;
    const unfit = found.stands ? this.told.unfit : [];
    return [
      words ? el("p", {}, words) : gains(found),
      unfit.length ? el("ul", { class: "reasons refused" }, unfit.map((reason) => el("li", {}, reason.message, el("span", { class: "remedy" }, reason.remedy)))) : null,
      found.signed_at ? el("p", { class: "muted small" }, `${moment(found.signed_at)} 由${found.signer === "agent" ? "代理人" : "申请人本人"}签署`) : null,
      el("div", { class: "commitment-ways" },
        found.signed_at ? el("button", { type: "button", class: "button small", onclick: () => this.read(found) }, "查看告知书与承诺书") : null,
        found.may_withdraw && !this.told.reading && this.may ? el("button", { type: "button", class: "button small danger", onclick: () => this.withdraw(found) }, "撤回承诺") : null,
        again ? el("button", { type: "button", class: "button small", onclick: (event) => this.tell(offer, event.target) }, "改为告知承诺") : null)];
  }

  // ------------------------------------------------------------- choosing
  async tell(offer, button) {
    button.disabled = true;
    try {
      await this.ready();
      const told = await post(`${this.base}/offer`, { ...this.subject(), code: offer.code });
      const choice = await this.dialog(offer, told);
      if (choice === "decline") await this.send(`${told.commitment.id}/decline`, {}, "已选择一般程序");
      else if (choice) await this.send(`${told.commitment.id}/sign`, { ...choice, letter_hash: told.letter_hash }, "承诺书已签署，材料清单已缩短");
    } catch (error) { this.fail(error); } finally { button.disabled = false; this.refresh(); }
  }

  async send(path, body, words) {
    this.take(await post(`${this.base}/${path}`, { ...this.subject(), ...body }));
    toast(words);
  }

  fail(error) {
    const reasons = error.body?.reasons ?? [];
    toast(reasons.length ? reasons.map((reason) => `${reason.message}。${reason.remedy ?? ""}`).join("") : error.message, 8);
  }

  // Notice first; after “choose” letter and signature, in one dialog. Resolves with "decline", `{signature, signer}`, or null.
  dialog(offer, told) {
    return new Promise((resolve) => {
      const back = document.activeElement;
      let answer = null, box = null;
      const dialog = el("dialog", { class: "commitment-dialog", "aria-labelledby": "commitment-title" });
      const close = (value) => { answer = value; dialog.close(); };
      const lay = (title, body, ways) => { dialog.replaceChildren(el("div", { class: "head", id: "commitment-title" }, title), el("div", { class: "body", tabindex: "0", role: "region", "aria-label": title }, body), el("div", { class: "foot" }, ways)); dialog.querySelector(".body").scrollTop = 0; };
      const notice = () => lay(`告知书 · ${offer.title}`, paper(told.notice), [
        way("不选择，按一般程序办理", () => close("decline")), way("我已阅读，选择告知承诺", letter, "primary")]);
      const letter = () => {
        const send = way("签署并提交", () => {
          if (!box.written) return toast("请先签名");
          close({ signature: box.data(), signer: dialog.querySelector("input[name=signer]:checked")?.value ?? Object.keys(told.signers)[0] });
        }, "primary");
        box?.stop();
        box = signatureBox({ label: "承诺人签名", changed: (written) => { send.disabled = !written; } });
        send.disabled = true;
        lay(`承诺书 · ${offer.title}`, [paper(told.letter), who(told.signers, offer), box.node, el("p", { class: "muted small mono hash" }, `文本校验值 ${told.letter_hash.slice(0, 16)}…　签名与本文本绑定`)], [way("返回告知书", notice), send]);
      };
      dialog.addEventListener("close", () => { box?.stop(); dialog.remove(); refocus(back); resolve(answer); });
      notice();
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  async withdraw(found) {
    const reason = el("input", { class: "input", maxlength: "200", "aria-label": "撤回原因" });
    const sure = await ask("撤回这份承诺？", [el("p", {}, `撤回后按一般程序办理，需要提交：${found.replaced.map((stand) => stand.title).join("、") || "相应材料"}。`), el("label", { class: "label" }, "撤回原因（可不填）", reason)], [[false, "不撤回"], [true, "撤回承诺", "danger"]]);
    if (!sure) return;
    try { await this.send(`${found.id}/withdraw`, { reason: reason.value }, "承诺已撤回，材料需要照常提交"); } catch (error) { this.fail(error); this.refresh(); }
  }

  async read(found) {
    try {
      const told = await get(`${this.base}/${found.id}?${new URLSearchParams(this.subject())}`);
      await ask(found.title, el("div", { class: "papers", tabindex: "0" }, el("h3", {}, "告知书"), paper(told.notice), el("h3", {}, "承诺书"), paper(told.letter), signatureShown(told)), [[null, "关闭", "primary"]]);
    } catch (error) { this.fail(error); }
  }
}

const newest = (commitments, code) => commitments.filter((found) => found.definition === code).at(-1);
const way = (words, act, kind = "") => el("button", { type: "button", class: `button ${kind}`, onclick: act }, words);
const moment = (iso) => new Date(iso).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
const names = (list) => list.map((stand) => stand.title).join("、");

function gains(told) {
  const lines = [
    told.replaced.length ? ["免交", names(told.replaced)] : null,
    told.deferred.length ? ["后补", told.deferred.map((stand) => `${stand.title}（${stand.days} ${stand.unit === "day" ? "日" : "个工作日"}内）`).join("、")] : null,
    told.provided.length ? ["承诺书", names(told.provided)] : null,
    told.effect?.instant ? ["结果", "当场作出决定"] : null,
  ].filter(Boolean);
  return el("dl", { class: "gains" }, lines.flatMap(([term, words]) => [el("dt", {}, term), el("dd", {}, words)]));
}

function kept(offer) {
  return offer.kept.length ? el("ul", { class: "reasons" }, offer.kept.map((stand) => el("li", {}, `${stand.title}仍须提交：${stand.words.replace(/^不能承诺：/, "")}`))) : null;
}

function who(signers, offer) {
  const codes = Object.entries(signers);
  if (codes.length < 2) return el("p", { class: "small" }, offer.own_hands_only ? "须由申请人本人签署，代理人不能代签。" : `由${codes[0]?.[1] ?? "申请人本人"}签署。`);
  return el("fieldset", { class: "signers" }, el("legend", { class: "label" }, "由谁签署"), codes.map(([code, title], n) => el("label", { class: "choice" }, el("input", { type: "radio", name: "signer", value: code, checked: n === 0 }), title)));
}

export function paper(parts) {
  return el("div", { class: "paper" }, parts.map((part) => el("section", {}, el("h4", {}, part.title), part.numbered ? el("ol", {}, part.lines.map((line) => el("li", {}, line))) : part.lines.map((line) => el("p", {}, line)))));
}

export function signatureShown(told) {
  if (!told.signature) return null;
  const picture = el("img", { class: "signature-shown", alt: `${told.signer}的签名`, src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(told.signature)}` });
  return el("figure", {}, picture, el("figcaption", { class: "small" }, told.genuine ? el("span", { class: "badge good" }, "签名与文本相符") : el("span", { class: "badge bad" }, "签名与文本不符"), ` ${told.letter_hash.slice(0, 16)}…`));
}
