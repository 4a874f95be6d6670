// Two tabs, or a phone and a counter, wrote to the same draft: what only one side changed is taken; what both changed stays as
// typed here and is reported.

const PARTS = ["situation", "answers", "applicant"];
const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export function merge(base, mine, theirs) {
  const merged = {}, conflicts = [];
  for (const part of PARTS) {
    const [was, here, there] = [base[part] ?? {}, mine[part] ?? {}, theirs[part] ?? {}];
    const result = {};
    for (const key of new Set([...Object.keys(was), ...Object.keys(here), ...Object.keys(there)])) {
      const changedHere = !same(was[key], here[key]);
      if (changedHere && !same(was[key], there[key]) && !same(here[key], there[key])) conflicts.push({ part, key, here: here[key], there: there[key] });
      const value = changedHere ? here[key] : there[key];
      if (value !== undefined) result[key] = value;
    }
    merged[part] = result;
  }
  return { merged, conflicts };
}

export const copy = (value) => JSON.parse(JSON.stringify(value));
export { same };
