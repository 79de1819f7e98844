// Charts of the page: drawn, read by pointer and keyboard, zoomed together, and in the address.

import { plan, reading } from "./plot.js";

const iso = (at) => new Date(at * 1e3).toISOString().slice(0, 10);
const charts = [...document.querySelectorAll("[data-chart]")].map(make);

function make(box) {
  const id = box.dataset.chart;
  const spec = JSON.parse(document.getElementById(`${id}-data`).textContent);
  const chart = { box, spec, range: spec.range, at: null, u: null, readout: document.getElementById(`${id}-readout`) };
  box.hidden = false;
  chart.readout.hidden = false;
  draw(chart);
  box.addEventListener("keydown", (event) => key(chart, event));
  new ResizeObserver(() => {
    if (box.clientWidth && box.clientWidth !== chart.u.width) chart.u.setSize({ width: box.clientWidth, height: height(box) });
  }).observe(box);
  return chart;
}

function height(box) {
  return box.clientHeight;
}

function draw(chart) {
  chart.u?.destroy();
  const events = {
    moved: (u) => { if (u.cursor.idx != null && u.cursor.left >= 0) read(chart, u.cursor.idx); },
    selected: (u) => { if (u.select.width > 4) zoom(chart, u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")); },
  };
  const { options, data } = plan(chart.spec, chart.box.clientWidth, height(chart.box), events);
  chart.u = new uPlot(options, data, chart.box);
  chart.u.over.addEventListener("dblclick", () => zoom(chart, null, null));
  if (chart.range) show(chart, chart.range);
  chart.readout.textContent = reading(chart.spec, chart.at ?? latest(chart));
  chart.box.dataset.drawn = "true";
}

/** The last place of what is shown that has a figure: what stands below before anyone points. */
function latest({ spec, range }) {
  const is = (at) => (!range || (spec.x[at] >= range[0] && spec.x[at] <= range[1])) && spec.lines[0].values[at] != null;
  const found = spec.x.map((_, at) => at).filter(is).at(-1);
  return found ?? spec.x.length - 1;
}

function read(chart, at) {
  chart.at = at;
  chart.readout.textContent = reading(chart.spec, at);
}

function show(chart, range) {
  chart.range = range;
  const { x } = chart.spec;
  const [min, max] = range ?? [x[0], x.at(-1)];
  queueMicrotask(() => chart.u.setScale("x", { min, max }));
}

/** Shows a part of a chart; what shows the same days goes with it, and so does the address. */
function zoom(chart, from, to) {
  const range = from == null ? null : [from, to];
  chart.u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  if (!isByDays(chart)) return show(chart, range);
  const { x } = chart.spec;
  // All days are named by the first: a page may show fewer where none is named.
  if (from == null) from = x[0];
  for (const other of charts.filter(isByDays)) show(other, range);
  const address = new URL(location.href);
  for (const [name, at] of [["from", from], ["to", to]]) {
    if (at == null) address.searchParams.delete(name);
    else address.searchParams.set(name, iso(at));
    const field = document.querySelector(`[data-range=${name}]`);
    if (field) field.value = at == null ? "" : iso(at);
  }
  history.replaceState(null, "", address);
  for (const link of document.querySelectorAll(".presets a[data-from]")) {
    const is = to == null && link.dataset.from === iso(from);
    if (is) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** A fan has days of its own, and no place in the address. */
function isByDays(chart) {
  return chart.spec.time && chart.spec.mark == null && document.querySelector("[data-range]") != null;
}

function key(chart, event) {
  const { x } = chart.spec;
  const [low, high] = chart.range ?? [x[0], x.at(-1)];
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const edge = { Home: 0, End: x.length - 1 }[event.key];
  if (step || edge != null) {
    const inside = x.map((_, at) => at).filter((at) => x[at] >= low && x[at] <= high);
    const now = edge ?? (chart.at == null ? inside.at(-1) : chart.at + step * (event.shiftKey ? 7 : 1));
    const at = Math.max(inside[0], Math.min(inside.at(-1), now));
    chart.u.setCursor({ left: chart.u.valToPos(x[at], "x"), top: chart.u.over.clientHeight / 2 });
    read(chart, at);
  } else if (event.key === "+" || event.key === "-") {
    const middle = chart.at == null ? (low + high) / 2 : x[chart.at];
    const half = (high - low) / 2 * (event.key === "+" ? 0.5 : 2);
    const from = Math.max(x[0], middle - half);
    const to = Math.min(x.at(-1), middle + half);
    if (from <= x[0] && to >= x.at(-1)) zoom(chart, null, null);
    else zoom(chart, from, to);
  } else if (event.key === "Escape") {
    zoom(chart, null, null);
  } else {
    return;
  }
  event.preventDefault();
}

addEventListener("themechange", () => charts.forEach(draw));
