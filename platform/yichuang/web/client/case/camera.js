// The document camera: a live picture, each press of Enter takes one. Without a camera one chooses a picture file instead.

import { $, el, modal, toast } from "../ui/dom.js";
import { pick } from "./uploads.js";

const CHOSEN = "yichuang-camera";
const WANTED = { width: { ideal: 2592 }, height: { ideal: 1944 } };

export async function camera(title, taken) {
  let stream;
  try { stream = await open_(localStorage.getItem(CHOSEN)); } catch { toast("没有可用的高拍仪，请选择图片文件", 6); return (await pick("image/jpeg,image/png")).forEach(taken); }
  const video = el("video", { autoplay: true, playsinline: true, muted: true, "aria-label": "高拍仪画面" }), shots = el("ol", { class: "shots", "aria-live": "polite" });
  video.srcObject = stream;
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  const choice = el("select", { class: "input", "aria-label": "选择设备" }, devices.map((device, index) => el("option", { value: device.deviceId, selected: stream.getVideoTracks()[0].getSettings().deviceId === device.deviceId }, device.label || `设备 ${index + 1}`)));
  choice.addEventListener("change", async () => { stop(video.srcObject); localStorage.setItem(CHOSEN, choice.value); try { video.srcObject = await open_(choice.value); } catch { toast("打不开这个设备"); } });
  const shoot = el("button", { type: "button", class: "button primary", autofocus: true, onclick: async () => { const file = await shot(video, title, shots.children.length + 1); shots.append(el("li", {}, file.name)); taken(file); } }, "拍照 ", el("kbd", {}, "Enter"));
  const dialog = modal(`高拍：${title}`, { kind: "camera-dialog", body: [video, shots], foot: [devices.length > 1 ? choice : null, el("span", { class: "grow" }), el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "完成 ", el("kbd", {}, "Esc")), shoot].filter(Boolean) });
  dialog.addEventListener("close", () => stop(video.srcObject));
  $(".primary", dialog).focus();
}

const open_ = (device) => navigator.mediaDevices.getUserMedia({ audio: false, video: device ? { deviceId: { exact: device }, ...WANTED } : WANTED })
  .catch((error) => { if (!device) throw error; return navigator.mediaDevices.getUserMedia({ audio: false, video: WANTED }); });

const stop = (stream) => stream?.getTracks().forEach((track) => track.stop());

async function shot(video, title, number) {
  const canvas = el("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.92); });
  return new File([blob], `${title.slice(0, 40)}-${number}.jpg`, { type: "image/jpeg" });
}
