// Warnings in the head of every page: how many wait, and each new one said once in a session, without taking the focus.

import { $, el } from "../ui/dom.js";

const head = $("#warned"), said = $("#warned-said"), KEY = "yichuang.warned", POLL = 1500, MOST = 3;
let known = new Set(JSON.parse(sessionStorage.getItem(KEY) || "[]"));

function remember(warning) {
  known.add(`${warning.id}/${warning.told}`);
  known = new Set([...known].slice(-200));
  sessionStorage.setItem(KEY, JSON.stringify([...known]));
}

function say(warning) {
  const box = el("div", { class: `said ${warning.level}`, "data-id": warning.id },
    el("strong", {}, warning.title), el("p", {}, warning.words),
    el("div", { class: "ways" }, el("a", { href: `/admin/warnings/${warning.id}` }, "查看"),
      el("button", { type: "button", onclick: () => box.remove() }, "知道了")));
  said.prepend(box);
  [...said.children].slice(MOST).forEach((old) => old.remove());
}

function show({ warnings }) {
  head.hidden = !warnings.length;
  $("b", head).textContent = String(warnings.length);
  const open = new Set(warnings.map((warning) => warning.id));
  [...said.children].filter((box) => !open.has(box.dataset.id)).forEach((box) => box.remove());
  for (const warning of [...warnings].reverse()) {
    if (known.has(`${warning.id}/${warning.told}`)) continue;
    remember(warning);
    say(warning);
  }
}

async function poll() {
  if (!document.hidden) {
    try {
      const response = await fetch(head.dataset.now, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (response.status === 401 || response.status === 403) return;
      if (response.ok) show(await response.json());
    } catch { /* the network comes back by itself */ }
  }
  setTimeout(poll, POLL);
}

function follow() {
  const stream = new EventSource(head.dataset.stream);
  stream.addEventListener("warnings", (event) => show(JSON.parse(event.data)));
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) setTimeout(poll, POLL); };
  addEventListener("pagehide", () => stream.close());
}

if (head && "EventSource" in window) follow();
else if (head) poll();
