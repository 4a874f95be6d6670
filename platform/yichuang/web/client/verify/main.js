// Whether a PDF at hand is the one that was issued: its SHA-256 is worked out here, nothing is sent.

const LARGEST = 100 * 1024 * 1024;
const input = document.getElementById("file"), outcome = document.getElementById("outcome");

input?.addEventListener("change", async () => {
  const file = input.files?.[0];
  if (!file) return;
  say("working", `正在计算：${file.name}`);
  try {
    const found = await digest(file);
    if (found === input.dataset.sha256) say("same", "一致：这个文件就是登记出具的文书，没有被改动。");
    else say("different", `不一致：这个文件不是登记的文书，或者内容被改动过。它的校验值是 ${found}`);
  } catch (error) {
    say("failed", error.words ?? "文件无法读取，请重新选择。");
  }
  input.value = "";
});

async function digest(file) {
  if (file.size > LARGEST) throw { words: "文件超过 100 MB，不是本平台出具的文书。" };
  if (!globalThis.crypto?.subtle) throw { words: "当前连接不是 https，浏览器不能计算校验值，请用 https 网址打开本页。" };
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function say(state, words) {
  outcome.dataset.state = state;
  outcome.textContent = words;
}
