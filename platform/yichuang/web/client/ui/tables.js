// Large code tables: fetched once per release, searched here by code, name, keyword and pinyin initials.

import { get } from "./net.js";

const loaded = new Map();

export function table(release, code) {
  const key = `${release}/${code}`;
  if (!loaded.has(key)) {
    const promise = get(`/api/v1/releases/${release}/tables/${code}`).then((answer) => answer.entries);
    promise.catch(() => loaded.delete(key));
    loaded.set(key, promise);
  }
  return loaded.get(key);
}

export function search(entries, words, limit = 50) {
  const wanted = words.trim().toLowerCase();
  const usable = entries.filter((entry) => !entry.disabled);
  if (!wanted) return usable.slice(0, limit);
  const rank = (entry) => {
    const title = entry.title.toLowerCase();
    if (entry.code.toLowerCase() === wanted || title === wanted) return 0;
    if (title.startsWith(wanted) || entry.code.toLowerCase().startsWith(wanted)) return 1;
    if (title.includes(wanted)) return 2;
    if ((entry.initials ?? "").startsWith(wanted)) return 3;
    if ((entry.initials ?? "").includes(wanted) || (entry.keywords ?? "").toLowerCase().includes(wanted)) return 4;
    return 9;
  };
  return usable.map((entry) => [rank(entry), entry]).filter(([r]) => r < 9).sort((a, b) => a[0] - b[0]).slice(0, limit).map(([, e]) => e);
}
