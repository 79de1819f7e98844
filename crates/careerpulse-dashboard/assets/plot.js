// One chart: from what the server describes to what uPlot draws.

const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

/** A colour of the style sheet as a canvas knows it; `strength` percent of it are seen. */
function colour(name, strength = 100) {
  probe.style.color = strength < 100 ? `color-mix(in srgb, var(--${name}) ${strength}%, transparent)` : `var(--${name})`;
  return getComputedStyle(probe).color;
}

const days = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const figures = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

const written = (spec, value) =>
  value == null ? "unknown" : spec.percent ? `${figures.format(value * 100)} %` : figures.format(value);

/** What is known of one place of the chart, in words. */
export function reading(spec, at) {
  const place = spec.time ? days.format(spec.x[at] * 1e3) : `${figures.format(spec.x[at] * 100)} % ${spec.x_name}`;
  const lines = spec.lines.filter((line) => line.values[at] != null)
    .map((line) => `${line.name} ${written(spec, line.values[at])}`);
  const bands = spec.bands.filter((band) => band.low[at] != null && band.high[at] != null)
    .map((band) => `${band.name} ${written(spec, band.low[at])} to ${written(spec, band.high[at])}`);
  const all = [...lines, ...bands];
  return `${place}: ${all.length ? all.join("; ") : spec.ticks.includes(spec.x[at]) ? "nothing collected" : "no figure"}`;
}

function axis(spec, isX) {
  const base = { stroke: colour("soft"), font: "12px system-ui, sans-serif",
    grid: { stroke: colour("hair"), width: 1 }, ticks: { stroke: colour("rule"), width: 1, size: 5 } };
  const share = (_, values) => values.map((value) => `${figures.format(value * 100)} %`);
  const plain = (_, values) => values.map((value) => figures.format(value));
  if (!isX) return { ...base, size: 56, values: spec.percent ? share : plain };
  if (!spec.time) return { ...base, size: 34, values: share };
  const form = (options) => {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
    return (value) => format.format(value * 1e3);
  };
  const short = form({ day: "numeric", month: "short" });
  const month = form({ month: "short", year: "numeric" });
  return { ...base, size: 34, space: 76, values: (_, values, __, ___, step) => values.map(step >= 26 * 86400 ? month : short) };
}

/** Backfilled stretches and missed days, below the lines. */
function below(spec) {
  return (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour("shade");
    for (const [from, to] of spec.shade) {
      const left = u.valToPos(from, "x", true);
      ctx.fillRect(left, bbox.top, u.valToPos(to, "x", true) - left, bbox.height);
    }
    const ratio = devicePixelRatio;
    ctx.lineWidth = 1.5 * ratio;
    ctx.strokeStyle = colour("c1");
    ctx.beginPath();
    for (const tick of spec.ticks) {
      const x = u.valToPos(tick, "x", true);
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x, bbox.top + bbox.height - 8 * ratio);
    }
    ctx.stroke();
    ctx.strokeStyle = colour("soft");
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    if (spec.level != null) {
      const y = u.valToPos(spec.level, "y", true);
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
    }
    if (spec.mark != null) {
      const x = u.valToPos(spec.mark, "x", true);
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
  };
}

/** uPlot's options and data for a description, in the colours of now. */
export function plan(spec, width, height, events) {
  const series = [{}];
  const data = [spec.x];
  const bands = [];
  for (const band of spec.bands) {
    bands.push({ series: [series.length + 1, series.length], fill: colour(band.colour, band.strength) });
    for (const ends of [band.low, band.high]) {
      series.push({ stroke: "transparent", width: 0, points: { show: false } });
      data.push(ends);
    }
  }
  for (const line of spec.lines) {
    const stroke = colour(line.colour);
    series.push(line.points
      ? { stroke, paths: () => null, points: { show: true, size: 9, fill: stroke } }
      : { stroke, width: line.width, dash: line.dash.length ? line.dash : undefined, points: { show: (u, i) => alone(line.values) } });
    data.push(line.values);
  }
  const options = {
    width, height, series, bands,
    legend: { show: false },
    padding: [10, 26, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1e3), "Etc/UTC"),
    scales: {
      x: { time: spec.time },
      y: { range: (_, low, high) => {
        if (low == null) return [0, 1];
        const bottom = spec.from_zero ? Math.min(0, low) : low;
        const room = (high - bottom || 1) * 0.06;
        return [spec.from_zero ? bottom : bottom - room, high + room];
      } },
    },
    axes: [axis(spec, true), axis(spec, false)],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 8 }, focus: { prox: 30 } },
    hooks: { drawClear: [below(spec)], setCursor: [events.moved], setSelect: [events.selected] },
  };
  return { options, data };
}

/** Whether a line has a figure without neighbours, which no stroke would show. */
function alone(values) {
  return values.filter((value) => value != null).length < 3;
}
