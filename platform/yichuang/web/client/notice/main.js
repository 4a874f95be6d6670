// The notice's only script: passing it on, printing it, counting the print. Without it the page lacks nothing that matters.

const said = document.querySelector("[data-said]");
const say = (words) => { said.textContent = words; };
const address = location.origin + location.pathname;

const share = document.querySelector("[data-share]");
if (navigator.share || navigator.clipboard) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title: document.title, url: address });
      else { await navigator.clipboard.writeText(address); say("链接已复制，可以发给别人"); }
    } catch (error) {
      if (error.name !== "AbortError") say("请用浏览器的菜单转发");
    }
  });
}

const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
addEventListener("beforeprint", () => { for (const details of document.querySelectorAll("details")) details.open = true; });
addEventListener("afterprint", () => navigator.sendBeacon?.(`${location.pathname}/printed`));
