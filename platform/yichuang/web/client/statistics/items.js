// Items offered while one types into a filter.

import { $, el } from "../ui/dom.js";
import { get } from "../ui/net.js";

export function offer(input) {
  const list = $("#item-list");
  let waiting;
  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (!input.value.trim()) return list.replaceChildren();
      const { items } = await get(`/desk/api/statistics/items?q=${encodeURIComponent(input.value)}`).catch(() => ({ items: [] }));
      return list.replaceChildren(...items.map(({ title }) => el("option", { value: title })));
    }, 150);
  });
}
