// Forms that answer in place; without this file they load a page.

const trial = document.getElementById("trial");
if (trial) {
  const answer = document.getElementById("answer");
  trial.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = trial.querySelector("button");
    button.disabled = true;
    answer.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(trial.action, { method: "POST", body: new URLSearchParams(new FormData(trial)) });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const parts = page.getElementById("answer");
      const missing = page.getElementById("missing");
      const found = missing ?? parts ?? page.querySelector("main");
      answer.replaceChildren(...(missing ? [missing] : found.childNodes));
    } catch {
      const words = document.createElement("p");
      words.className = "caution";
      words.textContent = "The dashboard does not answer. Is careerpulse serve still running?";
      answer.replaceChildren(words);
    } finally {
      button.disabled = false;
      answer.removeAttribute("aria-busy");
    }
  });
}

const slider = document.getElementById("slider");
if (slider) {
  const points = JSON.parse(document.getElementById("slider-points").textContent);
  const input = slider.querySelector("input[type=range]");
  const words = slider.querySelector("output");
  const percent = (share) => `${(share * 100).toFixed(1)}\u00a0%`;
  slider.querySelector("button").hidden = true;
  input.addEventListener("input", () => {
    const at = Number(input.value) / 100;
    const from = points.filter((point) => point[0] >= at);
    const lowest = from.reduce((a, b) => (a && a[0] < b[0] ? a : b), undefined);
    words.textContent = !lowest ? `No prediction is as sure as ${input.value}\u00a0%.` : `From ${input.value}\u00a0% on, ${percent(lowest[1])} of predictions count, and ${percent(lowest[2])} of those are right.`;
    const address = new URL(location.href);
    address.searchParams.set("threshold", input.value);
    history.replaceState(null, "", address);
  });
}
