// Talking to the server: JSON in and out, errors as `Problem`, a lost connection as `Offline`. Never throws away what was sent.

export class Problem extends Error {
  constructor(body) {
    super(body.detail || body.title || "系统出现问题，请稍后再试");
    Object.assign(this, { status: body.status, code: (body.type || "").replace("urn:yichuang:", ""), title: body.title, detail: body.detail });
    this.problems = body.problems || [];
    this.current = body.current;
    this.body = body;
  }
}

export class Offline extends Error {
  constructor() { super("网络中断"); }
}

const token = () => document.querySelector('meta[name="csrf-token"]');

async function once(method, url, body, signal) {
  const headers = { Accept: "application/json", "X-CSRFToken": token()?.content ?? "" };
  const json = body !== undefined && !(body instanceof FormData);
  if (json) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, headers, body: json ? JSON.stringify(body) : body, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Offline();
  }
  const text = await response.text();
  let data = {};
  try { data = text ? JSON.parse(text) : {}; } catch { data = { title: "服务器返回的内容无法读取" }; }
  if (!response.ok) throw new Problem({ status: response.status, ...data });
  return data;
}

// After a new log-in in another tab the old page's token no longer fits: fetch the new one, once.
async function refreshToken() {
  const session = await once("GET", token().dataset.refresh);
  if (token()) token().content = session.csrf;
}

export async function call(method, url, body, { signal } = {}) {
  try {
    return await once(method, url, body, signal);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "csrf") throw error;
    await refreshToken();
    return once(method, url, body, signal);
  }
}

export const get = (url, options) => call("GET", url, undefined, options);
export const post = (url, body, options) => call("POST", url, body, options);
