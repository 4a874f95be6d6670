// One case of one's own: answering corrections point by point, handing in what may follow later, and the steps open to the applicant.

import { $, $$, el } from "../ui/dom.js";
import { call, post } from "../ui/net.js";
import { elder } from "../ui/elder.js";
import { form, uploader } from "../ui/upload.js";
import { CommitmentPanel } from "../ui/commitment.js";
import { Point } from "./point.js";
import { take } from "./step.js";

elder($("#elder"));
$("#print")?.addEventListener("click", () => print());
const root = $("#case");
if (root) open(root.dataset);

function open({ id, key, owner }) {
  const tell = (words) => $("#banner").replaceChildren(words ? el("p", { class: "alert bad" }, words) : "");
  const points = $$("form.point").map((node) => new Point(node, id, owner));
  $$(".case-materials .uploads").forEach((box) => box.append(uploader({
    name: box.dataset.name, files: [], add: (file) => call("POST", `/apply/api/cases/${id}/materials/${box.dataset.code}`, form(file)),
  })));
  $$("[data-offer]").forEach((button) => {
    const offer = JSON.parse(button.dataset.offer);
    button.addEventListener("click", () => take(offer, button, {
      ready: () => (offer.code === "answer_correction" ? Promise.all(points.map((point) => point.saved())) : null),
      send: (inputs) => post(`/apply/api/cases/${id}/actions/${offer.code}`, { inputs, key }), tell,
    }));
  });
  if ($("#commitment")) commitments(id);
  $("#again")?.addEventListener("click", async ({ target }) => {
    target.disabled = true;
    try { location.assign((await post(`/apply/api/cases/${id}/reopen`, {})).url); } catch (error) { tell(said(error)); target.disabled = false; }
  });
}

// A commitment taken back brings its materials back: the page is read again.
function commitments(id) {
  let stood;
  const changed = (effective) => {
    const now = JSON.stringify(effective);
    if (stood !== undefined && stood !== now) location.replace(location.pathname);
    stood = now;
  };
  new CommitmentPanel($("#commitment"), { base: "/apply/api/commitments", subject: () => ({ draft: id }), changed }).refresh();
}

const said = (error) => (error.message === "网络中断" ? "网络中断，恢复后再试" : error.message);
