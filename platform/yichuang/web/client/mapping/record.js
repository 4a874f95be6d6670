// Values in a sample's record by path: `form.legal_rep.name`, `materials.business_licence.files` (a list addressed by its code).

const LISTS = new Set(["materials", "documents"]);

const step = (node, name, listed, make) => {
  if (!listed) { if (make && (node[name] === undefined || node[name] === null || typeof node[name] !== "object")) node[name] = {}; return node?.[name]; }
  if (!Array.isArray(node)) return undefined;
  let found = node.find((one) => one.code === name);
  if (!found && make) node.push((found = { code: name }));
  return found;
};

export function valueOf(record, path) {
  const steps = path.split(".");
  let node = record;
  for (const [index, name] of steps.entries()) {
    if (node === undefined || node === null) return undefined;
    node = step(node, name, index === 1 && LISTS.has(steps[0]), false);
  }
  return node;
}

export function put(record, path, value) {
  const steps = path.split("."), last = steps.pop();
  let node = record;
  for (const [index, name] of steps.entries()) {
    const next = steps[index + 1] ?? last;
    if (index === 0 && LISTS.has(name) && next !== undefined) { if (!Array.isArray(node[name])) node[name] = []; node = node[name]; }
    else node = step(node, name, index === 1 && LISTS.has(steps[0]), true);
  }
  if (value === undefined || value === "") delete node[last];
  else node[last] = value;
}

// A sample's whole record: its own over that of the sample it is like.
export function whole(samples, sample) {
  const line = [sample];
  for (let at = sample; at?.like && line.length < 10;) { at = samples.find((one) => one.title === at.like); if (!at || line.includes(at)) break; line.push(at); }
  return line.reverse().reduce((under, one) => laid(under, one.record ?? {}), {});
}

const plain = (value) => value && typeof value === "object" && !Array.isArray(value);
const laid = (under, over) => { const found = { ...under }; for (const [key, value] of Object.entries(over)) found[key] = plain(found[key]) && plain(value) ? laid(found[key], value) : value; return found; };

// The step a sample is of: its own, or that of the sample it is like.
export function stepOf(samples, sample) {
  for (let at = sample, hops = 0; at && hops < 10; hops += 1) { if (at.step) return at.step; at = samples.find((one) => one.title === at.like); }
  return undefined;
}

// An expected result brought up to date: what it names stays named, with the values of now.
export function renewed(expected, body) {
  if (!plain(expected) || !plain(body)) return structuredClone(body);
  return Object.fromEntries(Object.keys(expected).filter((key) => key in body).map((key) => [key, renewed(expected[key], body[key])]));
}
