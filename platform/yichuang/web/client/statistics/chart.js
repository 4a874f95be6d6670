// A chart of names and series: lines over time, or lying bars.

import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);
const COLOURS = ["#1456b8", "#189a63", "#d08a1d", "#7b5bc4", "#c23b32"];
const LINE = "#e5eaf0";
const drawn = new WeakMap();

export function draw(box, { names, series }, kind) {
  const lines = kind === "line", many = series.length > 1;
  const short = (words) => (words.length > 14 ? `${words.slice(0, 13)}…` : words);
  if (!lines) box.style.height = `${Math.max(150, (many ? 56 : 30) + names.length * (14 + 11 * series.length))}px`;
  const chart = drawn.get(box) ?? init(box, null, { renderer: "svg" });
  if (!drawn.has(box)) addEventListener("resize", () => chart.resize());
  drawn.set(box, chart);
  const category = { type: "category", data: names, axisLabel: { formatter: short, interval: lines ? "auto" : 0 }, axisTick: { show: false } };
  const value = { type: "value", splitLine: { lineStyle: { color: LINE } } };
  chart.resize();
  chart.setOption({
    color: COLOURS, animation: false, textStyle: { fontFamily: getComputedStyle(box).fontFamily },
    tooltip: { trigger: "axis", renderMode: "richText" }, legend: { show: many, top: 0, right: 8 },
    grid: { left: 8, right: 20, top: many ? 30 : 10, bottom: 4, containLabel: true },
    xAxis: lines ? { ...category, boundaryGap: false } : value, yAxis: lines ? value : { ...category, inverse: true },
    series: series.map(({ name, data }) => ({ name, data, type: lines ? "line" : "bar", barMaxWidth: 11, showSymbol: names.length < 35, symbolSize: 5 })),
  }, true);
}
