// The figures of notices as a chart: bars, or lines by day.

import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);
const COLOURS = ["#1456b8", "#189a63", "#d08a1d", "#7b5bc4", "#c23b32"];
const MOST = 12;

export function start(box) {
  const { rows, figures } = JSON.parse(document.getElementById("chart-data").textContent);
  const daily = box.dataset.by === "day", shown = daily ? rows : rows.slice(0, MOST);
  const chart = init(box, null, { renderer: "svg" });
  const short = (text) => (text.length > 14 ? `${text.slice(0, 13)}…` : text);
  const names = shown.map((row) => row.title);
  const category = { type: "category", data: names, axisLabel: { formatter: short, interval: daily ? "auto" : 0 }, axisTick: { show: false } };
  const value = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: "#e5eaf0" } } };
  chart.setOption({
    color: COLOURS, animation: false, textStyle: { fontFamily: getComputedStyle(box).fontFamily },
    tooltip: { trigger: "axis", renderMode: "richText" }, legend: { top: 4 }, grid: { left: 12, right: 20, top: 40, bottom: 8, containLabel: true },
    xAxis: daily ? category : value, yAxis: daily ? value : { ...category, inverse: true },
    series: figures.map(([key, name]) => ({ name, type: daily ? "line" : "bar", barMaxWidth: 12, smooth: true, data: shown.map((row) => row[key]) })),
  });
  if (!daily) { box.style.height = `${Math.max(220, 70 + shown.length * 44)}px`; chart.resize(); }
  addEventListener("resize", () => chart.resize());
}
