// The clerk's side of binding a second display.

import { $ } from "../ui/dom.js";
import { post } from "../ui/net.js";

const say = (words) => { $("#bind-code").textContent = words; };

$("#take-code")?.addEventListener("click", async () => {
  try {
    const { code } = await post("/desk/api/screen/code", {});
    say(`${code.slice(0, 3)} ${code.slice(3)}`);
  } catch (error) { say(error.message); }
});

$("#release-screen")?.addEventListener("click", async () => {
  try { await post("/desk/api/screen/release", {}); location.reload(); } catch (error) { say(error.message); }
});
