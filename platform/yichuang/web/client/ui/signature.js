// Writing one's name: mouse, pen or finger, with pressure; strokes can be taken back one by one. Gives what the server binds to the text.

import SignaturePad from "signature_pad";
import { el, text } from "./dom.js";

export function signatureBox({ label = "签名", changed = () => {} } = {}) {
  const canvas = el("canvas", { class: "signature-canvas", role: "img", "aria-label": `${label}：请用鼠标、手写笔或手指在框内签写` });
  const told = el("span", { class: "muted small", role: "status" }, "还没有签名");
  const undo = el("button", { type: "button", class: "button small", onclick: () => { pad.fromData(pad.toData().slice(0, -1)); say(); } }, "撤销一笔");
  const clear = el("button", { type: "button", class: "button small", onclick: () => { pad.clear(); say(); } }, "清除重签");
  const node = el("div", { class: "signature" }, el("p", { class: "label", id: "signature-label" }, label), el("div", { class: "signature-frame" }, el("span", { class: "signature-hint", "aria-hidden": "true" }, "在此签名"), canvas), el("div", { class: "signature-ways" }, undo, clear, told));
  const pad = new SignaturePad(canvas, { minWidth: .9, maxWidth: 3.4, penColor: "#16202c", throttle: 8, minDistance: 1 });
  const points = () => pad.toData().reduce((sum, stroke) => sum + stroke.points.length, 0);

  function say() {
    const count = pad.toData().length;
    text(told, count ? `已写 ${count} 笔` : "还没有签名");
    undo.disabled = clear.disabled = !count;
    node.classList.toggle("written", count > 0);
    changed(count > 0 && points() > 4);
  }
  pad.addEventListener("beginStroke", () => node.classList.add("written"));
  pad.addEventListener("endStroke", say);

  // The canvas follows its box; what was written stays, at its size.
  function fit() {
    const { width, height } = canvas.getBoundingClientRect(), ratio = Math.max(devicePixelRatio || 1, 1);
    if (!width || (canvas.width === Math.round(width * ratio) && canvas.height === Math.round(height * ratio))) return;
    const kept = pad.toData();
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(kept);
    say();
  }
  const watch = new ResizeObserver(fit);
  watch.observe(canvas);

  return {
    node,
    get written() { return points() > 4; },
    stop() { watch.disconnect(); pad.off(); },
    data() {
      const strokes = pad.toData(), start = strokes[0]?.points[0]?.time ?? 0, { width, height } = canvas.getBoundingClientRect();
      return { width: Math.round(width), height: Math.round(height), device: deviceOf(strokes), strokes: strokes.map((stroke) => stroke.points.map(({ x, y, pressure, time }) => [round(x), round(y), pressure || .5, Math.max(0, Math.round(time - start))])) };
    },
  };
}

const round = (value) => Math.round(value * 10) / 10;
const deviceOf = () => (matchMedia("(pointer: coarse)").matches ? "touch" : "pointer");
