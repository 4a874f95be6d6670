// A run that goes on behind the page: asked every second how far it is, shown anew when it has ended.

import { $, text } from "../ui/dom.js";
import { get } from "../ui/net.js";

const EVERY = 1000;

export function start(card) {
  const bar = $("progress", card), words = $("#progress-words", card);
  const ask = async () => {
    try {
      const { state, days, compared } = await get(card.dataset.progress);
      if (state !== "running") { location.reload(); return; }
      bar.value = compared;
      text(words, `${compared} / ${days} 天`);
    } catch { /* a lost connection: asked again */ }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
}
