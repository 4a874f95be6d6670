// The test console: signs a request as another system would and sends it. The key never leaves this page.

import { $ } from "../ui/dom.js";

const text = new TextEncoder();
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function hmac(key, message) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", made, text.encode(message));
}

export async function signed(key, method, path, body, moment, nonce) {
  const signing = await hmac(text.encode(key), "yichuang-request-signing");
  const digest = hex(await crypto.subtle.digest("SHA-256", text.encode(body)));
  return {
    "X-Yichuang-Client": key.split("_")[1] ?? "", "X-Yichuang-Time": moment, "X-Yichuang-Nonce": nonce,
    "X-Yichuang-Signature": hex(await hmac(signing, [method, path, moment, nonce, digest].join("\n"))),
  };
}

async function headersOf(key, method, path, body) {
  const plain = method === "POST" ? { "Content-Type": "application/json" } : {};
  if (!$("#console-sign").checked) return { ...plain, Authorization: `Bearer ${key}` };
  const nonce = hex(crypto.getRandomValues(new Uint8Array(12)));
  return { ...plain, ...await signed(key, method, path, body, String(Math.floor(Date.now() / 1000)), nonce) };
}

function pretty(raw) {
  try { return JSON.stringify(JSON.parse(raw), null, 2); } catch { return raw; }
}

async function send() {
  const key = $("#console-key").value.trim(), method = $("#console-method").value, path = $("#console-path").value.trim();
  const body = method === "POST" ? $("#console-body").value : "";
  const headers = await headersOf(key, method, path, body);
  const shown = { ...headers };
  if (shown.Authorization) shown.Authorization = `Bearer ${key.slice(0, 15)}…`;
  $("#answer-request").textContent = [`${method} ${path}`, ...Object.entries(shown).map(([name, value]) => `${name}: ${value}`), "", body].join("\n").trim();
  const began = performance.now();
  const answer = await fetch(path, { method, headers, body: method === "POST" ? body : undefined, credentials: "omit", cache: "no-store" });
  const raw = await answer.text();
  $("#answer-status").textContent = `${answer.status} · ${Math.round(performance.now() - began)} 毫秒`;
  $("#answer-status").className = `badge ${answer.ok ? "good" : "bad"}`;
  $("#answer-body").textContent = pretty(raw);
}

export function start(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    setTimeout(() => { form.querySelector("button").disabled = false; });
    $("#console-answer").hidden = false;
    if (!globalThis.crypto?.subtle && $("#console-sign").checked) {
      $("#answer-body").textContent = "浏览器只在 https 或本机地址下提供签名所需的功能，请换用 https 地址，或不勾选签名。";
      return;
    }
    try {
      await send();
    } catch (error) {
      $("#answer-status").textContent = "没有送达";
      $("#answer-body").textContent = `请求没有送达：${error.message}`;
    }
  });
}
