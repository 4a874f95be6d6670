// Files of materials on their way to the server; those that did not arrive wait here for the network.

import { el, toast } from "../ui/dom.js";
import { call, Offline } from "../ui/net.js";
import { clear, tell } from "./notices.js";

export function pick(accept = ".pdf,.jpg,.jpeg,.png,.ofd,.docx,.xlsx") {
  return new Promise((resolve) => {
    const input = el("input", { type: "file", multiple: true, accept, hidden: true });
    input.addEventListener("change", () => { resolve([...input.files]); input.remove(); });
    input.addEventListener("cancel", () => { resolve([]); input.remove(); });
    document.body.append(input);
    input.click();
  });
}

export class Uploads {
  constructor(page) {
    Object.assign(this, { page, waiting: [] });
    addEventListener("online", () => this.again());
    addEventListener("beforeunload", (event) => { if (this.waiting.length) event.preventDefault(); });
  }

  async send(code, file) {
    const body = new FormData();
    body.append("file", file);
    toast(`正在上传 ${file.name}`);
    try {
      this.page.lay(await call("POST", `${this.page.url}/materials/${code}/files`, body));
      toast(`已上传 ${file.name}`);
    } catch (error) {
      if (error instanceof Offline || error.status >= 500) { this.waiting.push([code, file]); this.tell(); }
      else toast(error.message, 8);
    }
  }

  tell() {
    if (!this.waiting.length) return clear("uploads");
    tell("uploads", "warn", `${this.waiting.length} 个文件还没有传上，恢复网络后自动重传，请不要关闭本页。`, [["立即重传", () => this.again()]]);
  }

  async again() {
    const batch = this.waiting.splice(0);
    this.tell();
    for (const [code, file] of batch) await this.send(code, file);
  }
}
