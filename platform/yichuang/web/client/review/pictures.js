// Up to a few pictures: made smaller here, which also leaves out place and device that the camera wrote into them.

import { el, toast } from "../ui/dom.js";

const LARGEST = 1600;

async function smaller(file) {
  try {
    const image = await createImageBitmap(file), scale = Math.min(1, LARGEST / Math.max(image.width, image.height));
    const canvas = el("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.85));
  } catch {
    return null;
  }
}

export class Pictures {
  constructor({ most, bytes }, changed) {
    Object.assign(this, { most, bytes, changed, list: [] });
    this.input = el("input", { type: "file", accept: "image/jpeg,image/png", multiple: true, class: "visually-hidden", id: "pictures", onchange: () => this.take([...this.input.files]) });
    this.strip = el("ul", { class: "strip", "aria-label": "已选的图片" });
    this.button = el("label", { class: "button", for: "pictures" }, `加图片（最多 ${most} 张，可不加）`);
    this.node = most ? el("div", { class: "pictures" }, this.input, this.button, this.strip) : null;
  }

  async take(files) {
    this.input.value = "";
    for (const file of files) {
      if (this.list.length >= this.most) { toast(`最多 ${this.most} 张图片`); break; }
      const picture = await smaller(file);
      if (!picture) toast(`“${file.name}”不是图片，没有加入`);
      else if (picture.size > this.bytes) toast(`“${file.name}”超过 ${Math.floor(this.bytes / 1048576)} MB，没有加入`);
      else this.list.push(picture);
    }
    this.draw();
  }

  draw() {
    this.strip.replaceChildren(...this.list.map((picture, index) => el("li", {},
      el("img", { src: URL.createObjectURL(picture), alt: `图片 ${index + 1}` }),
      el("button", { type: "button", class: "button small", "aria-label": `去掉图片 ${index + 1}`, onclick: () => { this.list.splice(index, 1); this.draw(); } }, "去掉"))));
    this.changed();
  }
}
