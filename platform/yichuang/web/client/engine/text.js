// Text as people type it. The twin of yichuang.rules.text.

export const BLANKS = " \t\n\r\u3000\u00a0\ufeff";

export function strip(text, marks = BLANKS) {
  let start = 0, end = text.length;
  while (start < end && marks.includes(text[start])) start++;
  while (end > start && marks.includes(text[end - 1])) end--;
  return text.slice(start, end);
}

// Without control characters, lone surrogates and outer blanks; on one line unless `multiline`.
export function clean(raw, multiline = false) {
  const text = wellFormed(raw).replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "");
  return strip(multiline ? text : text.replace(/[\t\n]/g, " "));
}

function wellFormed(text) {
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (found) => (found.length === 2 ? found : "\ufffd"));
}

export function halfWidth(text) {
  return text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replaceAll("\u3000", " ");
}

export const without = (text, marks) => Array.from(text).filter((c) => !marks.includes(c)).join("");

// Length in characters (code points), as people count.
export const length = (text) => { let n = 0; for (const _ of text) n++; return n; };

// By code point; JavaScript's own < compares UTF-16 units.
export function compare(a, b) {
  const x = a[Symbol.iterator](), y = b[Symbol.iterator]();
  for (;;) {
    const p = x.next(), q = y.next();
    if (p.done || q.done) return (p.done ? 0 : 1) - (q.done ? 0 : 1);
    const order = p.value.codePointAt(0) - q.value.codePointAt(0);
    if (order) return order;
  }
}
