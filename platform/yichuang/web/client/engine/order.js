// The order in which sections, fields and columns are decided. The twin of yichuang.forms.order.

export function nodeOf(path, group, codes) {
  const [head, ...rest] = path.split(".");
  if (head === "row" && group) return `c:${group}.${rest[0]}`;
  if (head !== "form") return null;
  const tail = rest.join(".");
  if (tail.includes("[].")) {
    const [owner, column] = tail.split("[].");
    return `c:${owner}.${column.split(".")[0]}`;
  }
  return codes.has(rest[0]) ? `f:${rest[0]}` : null;
}

export function ordered(needs) {
  const done = [], state = new Map();
  const following = (node) => needs.get(node).filter((n) => needs.has(n));
  for (const start of needs.keys()) {
    if (state.has(start)) continue;
    state.set(start, 1);
    const trail = [[start, following(start), 0]];
    while (trail.length) {
      const top = trail.at(-1), [node, ahead, at] = top;
      if (at === ahead.length) { state.set(node, 2); done.push(node); trail.pop(); continue; }
      top[2]++;
      if (!state.has(ahead[at])) { state.set(ahead[at], 1); trail.push([ahead[at], following(ahead[at]), 0]); }
    }
  }
  return done;
}
