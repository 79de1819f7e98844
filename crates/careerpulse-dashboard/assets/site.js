// What every page has: the switch between light and dark, and how long ago things were.

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

const button = document.getElementById("theme");
if (button) {
  const say = () => button.setAttribute("aria-pressed", String(isDark()));
  button.setAttribute("aria-label", "Dark");
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it holds for this page */ }
    say();
    dispatchEvent(new Event("themechange"));
  });
  system.addEventListener("change", () => { say(); dispatchEvent(new Event("themechange")); });
}

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
for (const time of document.querySelectorAll(".ago time")) {
  const hours = (Date.parse(time.dateTime) - Date.now()) / 3.6e6;
  const text = Math.abs(hours) < 1 ? words.format(Math.round(hours * 60), "minute")
    : Math.abs(hours) < 48 ? words.format(Math.round(hours), "hour")
    : words.format(Math.round(hours / 24), "day");
  const note = document.createElement("span");
  note.className = "ago-words";
  note.textContent = text;
  time.after(" ", note);
}
