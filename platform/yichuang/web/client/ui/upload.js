// The files of one material: what is there, a way to add (also straight from the camera) and to take out again. A file that could not be
// sent stays named with a way to try once more; nothing is sent twice by a double tap.

import { el } from "./dom.js";

export const KINDS = ".pdf,.jpg,.jpeg,.png,.ofd,.docx,.xlsx";
const MOST = 20 * 1024 * 1024;

export const size = (bytes) => (bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`);

// options: {name: the material's title, files: [{name, size, digest}], add(file) → file, remove?(file), changed?(files), link?(file) → address}
export function uploader(options) {
  let { files } = options;
  let waiting = [], busy = 0;
  const list = el("ul", { class: "files" });
  const input = el("input", { type: "file", class: "visually-hidden", multiple: true, accept: KINDS, "aria-label": `上传“${options.name}”` });
  const words = el("span", {}, "选择文件或拍照");
  const box = el("div", { class: "uploader" }, list, el("label", { class: "button upload" }, words, input), el("p", { class: "error", role: "alert", hidden: true }));
  const fault = box.lastElementChild;

  const draw = () => {
    list.replaceChildren(...files.map(line), ...waiting.map(stranded));
    words.textContent = busy ? "正在上传…" : files.length ? "继续添加" : "选择文件或拍照";
    box.toggleAttribute("aria-busy", busy > 0);
  };
  const line = (file) => el("li", { class: "file", "data-digest": file.digest },
    options.link ? el("a", { class: "name", href: options.link(file) }, file.name) : el("span", { class: "name" }, file.name), el("span", { class: "muted small" }, size(file.size)),
    options.remove ? el("button", { type: "button", class: "button quiet small", "aria-label": `移除 ${file.name}`, onclick: (event) => take(event.target, file) }, "移除") : null);
  const stranded = (file) => el("li", { class: "file stranded" }, el("span", { class: "name" }, file.name), el("span", { class: "small" }, "没有传上"),
    el("button", { type: "button", class: "button quiet small", onclick: () => { waiting = waiting.filter((one) => one !== file); send(file); } }, "重试"));
  const tell = (text) => { fault.textContent = text; fault.hidden = !text; };

  async function take(button, file) {
    button.disabled = true;
    try {
      await options.remove(file);
      files = files.filter((one) => one.digest !== file.digest);
      options.changed?.(files);
      tell("");
    } catch (error) { tell(error.message); }
    draw();
    input.focus();
  }

  async function send(file) {
    if (file.size > MOST) return tell(`“${file.name}”超过 20 MB，请压缩或分开上传`);
    busy += 1; tell(""); draw();
    try {
      const kept = await options.add(file);
      if (!files.some((one) => one.digest === kept.digest)) files = [...files, kept];
      options.changed?.(files);
    } catch (error) {
      if (error.status && error.status < 500 && error.status !== 429) tell(error.message);
      else { waiting = [...waiting, file]; tell(error.message === "网络中断" ? "网络中断，文件没有传上，恢复后请点“重试”" : error.message); }
    } finally { busy -= 1; draw(); }
  }

  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = "";
    for (const file of chosen) await send(file);
  });
  draw();
  return box;
}

export function form(file, more = {}) {
  const body = new FormData();
  Object.entries(more).forEach(([name, value]) => body.append(name, value));
  body.append("file", file);
  return body;
}
