// 大字版: larger type on every public page, kept on this device unless it is a kiosk.

export function elder(button, { remember = true } = {}) {
  const set = (on) => {
    document.documentElement.classList.toggle("elder", on);
    button?.setAttribute("aria-pressed", String(on));
  };
  let on = false;
  try { on = remember && localStorage.getItem("elder") === "1"; } catch { /* no storage: this page only */ }
  set(on);
  button?.addEventListener("click", () => {
    on = !on;
    set(on);
    try { if (remember) localStorage.setItem("elder", on ? "1" : "0"); } catch { /* this page only */ }
  });
}
