// What may be wrong with a present value, by field type. The twin of yichuang.forms.faults.

import { Wrong } from "./normalising.js";
import * as dates from "./dates.js";
import * as numbers from "./numbers.js";
import { compare, length } from "./text.js";
import { creditFault, idFault, phoneFault } from "./national.js";
import { own } from "./facts.js";
import { Pattern } from "./patterns.js";

const EMAIL = /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}$/;
const LENGTHS = { text: 200, textarea: 2000, email: 100 }, WHOLE_DIGITS = 18, PART_LENGTH = 200;
export const MAX_ROWS = 200;
export const TYPE_REST = "的内容格式不正确，请重新填写";
const RESIDENT_ID = "111", DIGITS = /^-?[0-9]+(?:\.[0-9]+)?$/;
export const fault = (kind, rest, more = {}) => ({ kind, rest, part: "", severity: "error", whole: "", ...more });

function pattern(source) {
  try { return source ? new Pattern(source) : null; } catch { return null; }
}

function text(spec) {
  const least = spec.min_length ?? 0, most = spec.max_length ?? LENGTHS[spec.type], form = pattern(spec.pattern);
  return (value) => {
    const found = [], size = length(value);
    if (size < least) found.push(fault("min_length", `至少${least}个字，现在是${size}个字`));
    if (size > most) found.push(fault("max_length", `最多${most}个字，现在是${size}个字`));
    if (form && size <= most && !form.matches(value)) found.push(fault("pattern", "的格式不正确", { whole: spec.pattern_message ?? "" }));
    return found;
  };
}

function number(spec) {
  const places = spec.type === "money" ? 2 : spec.scale ?? 6, unit = spec.type === "money" ? "元" : spec.unit ?? "";
  const least = numbers.number(spec.min), most = numbers.number(spec.max);
  return (value) => {
    if (!DIGITS.test(value)) return [fault("number", "须填写数字")];
    const [whole, after = ""] = value.replace("-", "").split("."), exact = numbers.number(value), found = [];
    if (exact === null || whole.length > WHOLE_DIGITS) return [fault("range", "的数字太长，请核对")];
    if (after.length > places) found.push(fault("scale", places ? `最多保留${places}位小数` : "须是整数"));
    if (least && numbers.order(exact, least) < 0) found.push(fault("range", `不能小于${numbers.plain(least)}${unit}`));
    if (most && numbers.order(exact, most) > 0) found.push(fault("range", `不能大于${numbers.plain(most)}${unit}`));
    return found;
  };
}

function date({ earliest, latest }) {
  const limit = (bound, facts) => dates.day(bound === "today" ? own(facts, "date.today") : bound);
  return (value, facts) => {
    if (!dates.day(value)) return [fault("date", "不是有效的日期，请按“2026-01-31”的样子填写")];
    const first = limit(earliest, facts), last = limit(latest, facts);
    if (first && value < first) return [fault("range", `不能早于${dates.spoken(first)}`)];
    return last && value > last ? [fault("range", `不能晚于${dates.spoken(last)}`)] : [];
  };
}

function dateRange(spec) {
  const single = date(spec);
  return (value, facts) => {
    const found = wrongParts(value);
    for (const part of ["from", "to"]) if (typeof value[part] === "string") found.push(...single(value[part], facts).map((f) => ({ ...f, part })));
    if (!found.length && value.from && value.to && compare(value.to, value.from) < 0) found.push(fault("order", "不能早于开始日期", { part: "to" }));
    return found;
  };
}

const option = (options) => (value) =>
  (!options || [value].flat().every((code) => options.has(code)) ? [] : [fault("option", "只能从列出的选项中选择")]);

const one = (test) => (value) => { const found = test(value); return found ? [found] : []; };
const ID_RESTS = { shape: "应为18位身份证号码", date: "中的出生日期不存在，请核对", check: "的校验位不对，请核对是否输错" };

function idNumber(value) {
  const found = idFault(value);
  return found ? fault("id_number", ID_RESTS[found]) : null;
}

function creditCode(value) {
  const found = creditFault(value);
  if (found === "shape") return fault("credit_code", "应为18位统一社会信用代码");
  return found ? fault("credit_code_check", "的校验位不符合编码规则，请核对；确认无误可以继续", { severity: "warning" }) : null;
}

const phone = (value) => (phoneFault(value) ? fault("phone", "应为11位手机号码，或带区号的固定电话") : null);
const email = (value) => (length(value) <= LENGTHS.email && EMAIL.test(value) ? null : fault("email", "不是有效的电子邮箱地址"));
const time = (value) => (dates.time(value) ? null : fault("time", "不是有效的时间，请按“09:30”的样子填写"));

function long(value) {
  const size = length(value);
  return size > PART_LENGTH ? fault("max_length", `最多${PART_LENGTH}个字，现在是${size}个字`) : null;
}

const wrongParts = (value) => Object.entries(value).filter(([, given]) => given instanceof Wrong).map(([part]) => fault("type", TYPE_REST, { part }));

function parts(tests, options) {
  return (value) => {
    const found = wrongParts(value);
    for (const [part, given] of Object.entries(value)) {
      if (typeof given !== "string") continue;
      const wrong = (tests[part] ?? long)(given);
      if (wrong) found.push({ ...wrong, part });
      if (options[part]) found.push(...option(options[part])(given).map((f) => ({ ...f, part })));
    }
    return found;
  };
}

function person(options) {
  const resident = parts({ id_no: idNumber, phone }, options), other = parts({ phone }, options);
  return (value) => ((value.id_type ?? RESIDENT_ID) === RESIDENT_ID ? resident : other)(value);
}

function attachment({ max_files: most = 5, max_megabytes: megabytes = 20, accept = [] }) {
  const endings = [...accept, ...(accept.includes("jpg") ? ["jpeg"] : [])].map((kind) => `.${kind}`);
  return (value) => {
    const found = [];
    if (value.length > most) found.push(fault("max_files", `最多上传${most}个文件`));
    if (endings.length && !value.every((file) => endings.some((end) => file.name.toLowerCase().endsWith(end)))) {
      found.push(fault("accept", `只能上传${accept.map((kind) => kind.toUpperCase()).join("、")}格式的文件`));
    }
    if (value.some((file) => file.size > megabytes * 1048576)) found.push(fault("size", `每个文件不能超过${megabytes}MB`));
    return found;
  };
}

function rows({ min_rows: least = 0, max_rows: most = MAX_ROWS }) {
  return (value) => {
    if (value.length > most) return [fault("max_rows", `最多填写${most}行，现在是${value.length}行`)];
    return value.length < least ? [fault("min_rows", `至少填写${least}行，现在是${value.length}行`)] : [];
  };
}

const MAKERS = {
  text, textarea: text, number, money: number, date, date_range: dateRange, time: () => one(time),
  choice: (spec, options) => option(options), choices: (spec, options) => option(options), id_number: () => one(idNumber),
  credit_code: () => one(creditCode), phone: () => one(phone), email: () => one(email),
  address: (spec, options, byPart) => parts({}, byPart), person: (spec, options, byPart) => person(byPart),
  organisation: (spec, options, byPart) => parts({ credit_code: creditCode, phone }, byPart), attachment, group: rows,
};

// options: Map code → title or null; byPart: the same for the parts of a composite field.
export const faultsOf = (spec, options, byPart) => MAKERS[spec.type]?.(spec, options, byPart) ?? (() => []);
