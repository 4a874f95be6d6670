// 告知承诺 of a case: what was chosen and what is offered; signing or withdrawing changes the materials, so that the page is laid anew.

import { $ } from "../ui/dom.js";
import { CommitmentPanel } from "../ui/commitment.js";

export function commitments(page) {
  let known = null;
  const panel = new CommitmentPanel($("#commitment"), {
    base: "/desk/api/commitments", subject: () => ({ case: page.wire.id }),
    changed: (effective) => { const now = JSON.stringify(effective); if (known !== null && now !== known) page.refresh().catch(() => {}); known = now; },
  });
  const laid = page.laid;
  page.laid = () => {
    laid();
    const root = $("#commitment");
    if (root === panel.root) return;
    panel.root = root;
    panel.draw();
    panel.refresh();
  };
  panel.refresh();
}
