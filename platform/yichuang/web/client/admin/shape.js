// Reading a kind's JSON Schema: what a place is, what a new one looks like, how an element is called.

export class Shape {
  // `tokens`: titles of the fields that texts may name, by path.
  constructor(root, tokens = new Map()) { Object.assign(this, { root, tokens }); }

  // The schema behind a local reference, with what stands beside it.
  of(schema) {
    if (!schema?.$ref?.startsWith("#/")) return schema ?? {};
    const { $ref, ...beside } = schema;
    return { ...$ref.slice(2).split("/").reduce((node, part) => node[part], this.root), ...beside };
  }

  items(schema) { return this.of(schema.items); }

  // The least of a new value: what is required, empty.
  fresh(schema) {
    schema = this.of(schema);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum[0];
    if (schema.type === "object") return Object.fromEntries((schema.required ?? []).map((key) => [key, this.fresh(schema.properties[key])]));
    return { array: [], integer: schema.minimum ?? 0, number: schema.minimum ?? 0, boolean: false }[schema.type] ?? "";
  }

  // `{title}（{type}）` with the titles of enumerations; texts cut at 40 letters.
  summary(value, schema, pick = () => undefined) {
    if (typeof value !== "object" || value === null) return String(value ?? "");
    const pattern = schema["x-summary"] ?? "{title}";
    const words = pattern.replace(/\{(\w+)\}/g, (_, key) => {
      const part = this.of(schema.properties?.[key]);
      return this.shown(value[key], part) ?? pick(value[key], part) ?? "";
    }).replace(/（\s*）/g, "").trim();
    return words.length > 60 ? `${words.slice(0, 58)}…` : words;
  }

  shown(value, schema) {
    if (schema.enum && value !== undefined) return schema["x-enum-titles"]?.[schema.enum.indexOf(value)] ?? String(value);
    if (schema["x-widget"] === "fieldtext" && value) return value.replace(/\{([^{}\n]{0,80})\}/g, (whole, path) => (this.tokens.has(path.trim()) ? `【${this.tokens.get(path.trim())}】` : whole));
    return schema["x-ref"] ? undefined : value === undefined ? undefined : String(value);
  }

  // Groups of the top level as tabs: [title, keys]. What no group names comes last.
  groups() {
    const all = Object.keys(this.root.properties).filter((key) => key !== "kind");
    const named = (this.root["x-groups"] ?? []).map(({ title, keys }) => ({ title, keys: keys.filter((key) => all.includes(key)) }));
    const rest = all.filter((key) => key !== "code" && !named.some((group) => group.keys.includes(key)));
    const groups = rest.length ? [...named, { title: named.length ? "其他" : this.root.title, keys: rest }] : named;
    groups[0].keys = [...groups[0].keys, "code"];
    return groups;
  }
}

// How a place is edited.
export function widgetOf(schema, shape) {
  const widget = schema["x-widget"];
  if (["condition", "expression", "fact", "scalar"].includes(widget)) return widget;
  if (schema.const !== undefined) return "fixed";
  if (schema.type === "array") {
    const items = shape.items(schema);
    if (items["x-ref"]) return "references";
    if (items.enum) return "choices";
    return items.type === "object" ? "cards" : "lines";
  }
  if (schema["x-ref"]) return "reference";
  if (schema.enum) return "choice";
  if (schema.type === "object") return "object";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "integer" || schema.type === "number") return "number";
  return ["longtext", "date", "moment", "fieldtext"].includes(widget) ? widget : "text";
}

export const BROAD = new Set(["cards", "object", "longtext", "fieldtext", "condition", "expression", "references", "choices", "lines"]);

export const at = (body, place) => place.reduce((node, step) => node?.[step], body);
