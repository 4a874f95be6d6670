// The other side's fields, read from its JSON Schema and changed without knowing JSON Schema. A field's path is dotted: `legal_rep.name`;
// inside the rows of a list `staff[].name`.

export const TYPES = { string: "文字", number: "数字", integer: "整数", boolean: "是／否", object: "一组栏目", array: "明细（多行）", list: "多个值", any: "不限" };

// The schema behind a local reference. A chain or a loop of references ends after a few steps.
export function behind(node, root) {
  for (let hops = 0; hops < 8 && typeof node?.$ref === "string" && node.$ref.startsWith("#/"); hops += 1) {
    const { $ref, ...beside } = node;
    node = { ...($ref.slice(2).split("/").reduce((at, step) => at?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], root) ?? {}), ...beside };
  }
  return node && typeof node === "object" ? node : {};
}

export function typeOf(node, root) {
  const type = (Array.isArray(node.type) ? node.type.find((one) => one !== "null") : node.type) ?? (node.properties ? "object" : node.items ? "array" : undefined);
  if (type === "array") return typeOf(behind(node.items, root), root) === "object" ? "array" : "list";
  return type ?? (typeof node.const === "number" || typeof node.enum?.[0] === "number" ? "number" : node.enum || node.const !== undefined ? "string" : "any");
}

// What a definition keeps has its names sorted; `x-order` says how people order them. Without it they come as the lines do.
let ranks = new Map();
export function rankBy(lines) { ranks = new Map([...linesFor(lines)].map(({ path }, index) => [path, index]).reverse()); }

function inOrder(node, prefix) {
  const order = new Map((node["x-order"] ?? []).map((name, index) => [name, index])), names = Object.keys(node.properties ?? {});
  const rank = (name) => order.get(name) ?? (order.size ? 1e6 : Math.min(...[...ranks].filter(([path]) => path === prefix + name || path.startsWith(`${prefix}${name}.`)).map(([, at]) => at), 1e6));
  const ranked = new Map(names.map((name) => [name, rank(name)]));
  return names.sort((a, b) => ranked.get(a) - ranked.get(b));
}

// All fields in order, parents before their children: {path, name, title, type, required, depth, list (the path of the list they are rows of), node}.
export function fields(schema) {
  const found = [];
  const walk = (node, prefix, depth, list) => {
    if (depth > 8) return;
    const required = new Set(node.required ?? []);
    for (const name of inOrder(node, prefix)) {
      const inner = behind(node.properties[name], schema), path = prefix + name, type = typeOf(inner, schema);
      found.push({ path, name, title: inner.title || inner.description?.split(/[。；\n]/)[0] || name, type, required: required.has(name), depth, list, node: inner, options: inner.enum });
      if (type === "object") walk(inner, `${path}.`, depth + 1, list);
      if (type === "array") walk(behind(inner.items, schema), `${path}[].`, depth + 1, path);
    }
  };
  walk(behind(schema, schema), "", 0, "");
  return found;
}

export const within = (path, list) => (list ? path.slice(list.length + 3) : path);

// ------------------------------------------------------------ changing it

const stepsOf = (path) => path.split(".").flatMap((part) => (part.endsWith("[]") ? [part.slice(0, -2), "[]"] : [part]));

// The object schema that holds the last name of `path`, made where it isn't there; references on the way are written out.
function holderOf(schema, path, make) {
  const steps = stepsOf(path), last = steps.pop();
  let node = schema;
  for (const step of steps) {
    if (step === "[]") { node.items = { ...behind(node.items ?? {}, schema) }; node.items.type ??= "object"; node = node.items; continue; }
    node.properties ??= {};
    if (!node.properties[step]) { if (!make) return null; node.properties[step] = { type: "object", properties: {} }; }
    else if (node.properties[step].$ref) node.properties[step] = structuredClone(behind(node.properties[step], schema));
    node = node.properties[step];
    if (node.type === undefined) node.type = "object";
  }
  node.properties ??= {};
  return { node, name: last };
}

export function nodeAt(schema, path) {
  const held = holderOf(schema, path, false);
  if (!held?.node.properties[held.name]) return null;
  if (held.node.properties[held.name].$ref) held.node.properties[held.name] = structuredClone(behind(held.node.properties[held.name], schema));
  return held.node.properties[held.name];
}

// The order as it is shown now, written down before it is changed.
function settle(node, prefix, change) {
  node["x-order"] = change(inOrder(node, prefix));
}

const prefixOf = (path) => path.slice(0, path.lastIndexOf(".") + 1);

export function add(schema, path, node) {
  schema.type ??= "object";
  const held = holderOf(schema, path, true);
  settle(held.node, prefixOf(path), (names) => [...names.filter((name) => name !== held.name), held.name]);
  held.node.properties[held.name] = node;
}

export function remove(schema, path) {
  const held = holderOf(schema, path, false);
  if (!held) return;
  delete held.node.properties[held.name];
  if (held.node["x-order"]) held.node["x-order"] = held.node["x-order"].filter((name) => name !== held.name);
  require(schema, path, false);
  emptied(schema, path);
}

// A group that lost its last field goes too.
function emptied(schema, path) {
  const parent = path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
  if (!parent || parent.endsWith("[]")) return;
  const node = nodeAt(schema, parent);
  if (node && Object.keys(node.properties ?? {}).length === 0) remove(schema, parent);
}

export function require(schema, path, wanted) {
  const held = holderOf(schema, path, false);
  if (!held) return;
  const names = new Set(held.node.required ?? []);
  wanted ? names.add(held.name) : names.delete(held.name);
  if (names.size) held.node.required = Object.keys(held.node.properties).filter((name) => names.has(name));
  else delete held.node.required;
}

export const isRequired = (schema, path) => { const held = holderOf(schema, path, false); return Boolean(held?.node.required?.includes(held.name)); };

// Another name, also in another group (`legalPerson` → `legal_rep.name`); within its group it keeps its place in the order.
export function rename(schema, from, to) {
  const node = nodeAt(schema, from), wanted = isRequired(schema, from), old = holderOf(schema, from, false), prefix = prefixOf(from);
  const order = inOrder(old.node, prefix), held = holderOf(schema, to, true), first = to.startsWith(prefix) ? to.slice(prefix.length).split(".")[0] : "";
  if (old.node === held.node) held.node.properties = Object.fromEntries(Object.entries(held.node.properties).map(([name, value]) => (name === old.name ? [held.name, value] : [name, value])));
  else { add(schema, to, node); }
  if (wanted) {
    if (old.node === held.node) old.node.required = old.node.required.filter((name) => name !== old.name);
    require(schema, to, true);
    for (let group = to; group.includes(".") && old.node !== held.node;) { group = group.slice(0, group.lastIndexOf(".")); if (group.endsWith("[]")) break; require(schema, group, true); }
  }
  if (old.node !== held.node) remove(schema, from);
  old.node["x-order"] = [...new Set(order.map((name) => (name === old.name && first ? first : name)))].filter((name) => name in old.node.properties);
}

export function retype(schema, path, type) {
  const node = nodeAt(schema, path);
  for (const key of ["properties", "required", "items", "enum", "format", "pattern", "maxLength", "minLength", "minimum", "maximum", "minItems", "maxItems", "additionalProperties", "x-order"]) delete node[key];
  if (type === "any") delete node.type;
  else node.type = type === "list" ? "array" : type;
  if (type === "object") node.properties = {};
  if (type === "array") node.items = { type: "object", properties: {} };
  if (type === "list") node.items = { type: "string" };
}

// ------------------------------------------------------------ lines that follow

// Every line of `lines` that fills `path` or something in it, with the list of lines that holds it and the path it stands for.
export function* linesFor(lines, list = "") {
  for (const [index, line] of (lines ?? []).entries()) {
    const path = line.to === undefined ? "" : list ? `${list}[].${line.to}` : line.to;
    yield { line, index, holder: lines, path, list };
    if (line.each !== undefined && line.to !== undefined) yield* linesFor(line.lines, path);
  }
}

// The lines' targets after a field was renamed. A field moved out of its list keeps its lines only where they can stay.
export function renameLines(lines, from, to) {
  for (const { line, path, list } of [...linesFor(lines)]) {
    if (path !== from && !path.startsWith(`${from}.`) && !path.startsWith(`${from}[]`)) continue;
    const now = to + path.slice(from.length);
    if (!list) line.to = now;
    else if (now.startsWith(`${list}[].`)) line.to = within(now, list);
  }
}

// A sample's expected result, its field moved along.
export function renameIn(result, from, to) {
  if (!result || from.includes("[]") || to.includes("[]")) return;
  const take = (node, [step, ...rest]) => { if (!node || typeof node !== "object" || !(step in node)) return undefined; if (rest.length) { const value = take(node[step], rest); if (!Object.keys(node[step]).length) delete node[step]; return value; } const value = node[step]; delete node[step]; return value; };
  const value = take(result, from.split("."));
  if (value === undefined) return;
  const steps = to.split("."), last = steps.pop();
  steps.reduce((node, step) => (node[step] ??= {}), result)[last] = value;
}
