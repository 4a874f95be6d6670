// A line of a mapping in words: where the value comes from, what happens to it, when.

import { wordsOf } from "./transforms.js";

export const listed = (value) => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);

// `titleOf(path)` names one of our fields.
export function sourceWords(line, titleOf) {
  if (line.each !== undefined) return line.each ? `“${titleOf(line.each)}”的每一行` : "还没有选重复内容";
  if (Array.isArray(line.choose)) return `分 ${line.choose.length} 种情况`;
  if (line.value !== undefined) return `固定为“${shown(line.value)}”`;
  const paths = listed(line.from).filter(Boolean);
  return paths.length ? paths.map(titleOf).join(" ＋ ") : "还没有选我方内容";
}

export function lineWords(line, titleOf, stepTitle = (code) => code) {
  const parts = [sourceWords(line, titleOf)];
  for (const transform of line.transforms ?? []) parts.push(wordsOf(transform));
  if (line.columns) parts.push(`平铺成列，最多 ${line.columns.most} 行`);
  if (line.when) parts.push("满足条件时才填");
  if (line.steps?.length) parts.push(`仅${line.steps.map(stepTitle).join("、")}`);
  return parts;
}

export const shown = (value) => (value === null ? "null" : value === true ? "是" : value === false ? "否" : typeof value === "object" ? JSON.stringify(value) : String(value));

export const complete = (line) => line.each !== undefined ? Boolean(line.each) : Array.isArray(line.choose) ? line.choose.length > 0 : line.value !== undefined || listed(line.from).some(Boolean);

// `employees.0.no`, `employees[0].no` and `employees[].no` name the same field of theirs.
export const fieldOf = (path) => String(path ?? "").replace(/\[(\d*)\]/g, "[]").replace(/\.(\d+)(?=\.|$)/g, "[]").replace(/\/(\d+)(?=\/|$)/g, "[]").replaceAll("/", ".").replace(/^\./, "");

// The value in a result for a field of theirs; for a field of rows that of the first row.
export function valueAt(body, path) {
  let node = body;
  for (const step of path.split(".")) {
    if (node === undefined || node === null) return undefined;
    if (step.endsWith("[]")) node = node[step.slice(0, -2)]?.[0];
    else node = node[step];
  }
  return node;
}
