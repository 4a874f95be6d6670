// Small nouns for building pages without a framework.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// el("p", {class: "hint", onclick}, "text", child) — text is always text, never HTML.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function show(node, visible) { if (node && node.hidden === visible) node.hidden = !visible; }

export function text(node, words) { if (node && node.textContent !== words) node.textContent = words; }

// Focus after a dialog has closed. Chromium leaves an input that kept the focus under a modal deaf to typing until it is focused anew.
export function refocus(node) {
  setTimeout(() => { if (!document.querySelector("dialog[open]")) { node?.blur?.(); node?.focus?.(); } });
}

let timer;
export function toast(words, seconds = 4) {
  let box = $(".toast");
  if (!box) document.body.append((box = el("div", { class: "toast", role: "status" })));
  box.textContent = words;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, seconds * 1000);
}

// A question with a few ways out; resolves with the chosen value, or null on Escape.
export function ask(title, body, ways) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-label": title },
      el("div", { class: "head" }, title), el("div", { class: "body" }, body),
      el("div", { class: "foot" }, ways.map(([value, words, kind]) =>
        el("button", { type: "button", class: `button ${kind ?? ""}`, autofocus: kind === "primary", onclick: () => { answer = value; dialog.close(); } }, words))));
    let answer = null;
    const back = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); refocus(back); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A modal dialog that goes away when closed and gives the focus back. `parts`: head words, body nodes, foot nodes.
export function modal(title, { body, foot, kind = "" }) {
  const dialog = el("dialog", { class: kind, "aria-label": title }, el("div", { class: "head" }, title), el("div", { class: "body" }, body), el("div", { class: "foot" }, foot));
  const back = document.activeElement;
  dialog.addEventListener("close", () => { dialog.remove(); if (!dialog.keepsFocus) refocus(back?.isConnected ? back : null); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16));
