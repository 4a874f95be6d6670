// Identity numbers of the national standards. The twin of yichuang.rules.national.

import { BLANKS, clean, halfWidth, without } from "./text.js";
import { make } from "./dates.js";

const ID = /^[1-9][0-9]{16}[0-9X]$/, ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], ID_CHECKS = "10X98765432";
const CREDIT = /^[0-9A-HJ-NPQRTUWXY]{18}$/, CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const MOBILE = /^1[3-9][0-9]{9}$/, LANDLINE = /^(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})$/;
const PREFIX = /^(?:(?:\+86|0086|86)(?=1[3-9][0-9]{9}$)|(?:\+86|0086)(?=[0-9]{9,12}$))/;

export const tidyNumber = (raw) => without(halfWidth(clean(raw)), BLANKS + "-").replace(/[a-z]/g, (c) => c.toUpperCase());

export function idBirthDate(number) {
  return ID.test(number) ? make(+number.slice(6, 10), +number.slice(10, 12), +number.slice(12, 14)) : null;
}

export function idFault(number) {
  if (!ID.test(number)) return "shape";
  if (!idBirthDate(number)) return "date";
  const sum = ID_WEIGHTS.reduce((total, weight, n) => total + weight * +number[n], 0);
  return ID_CHECKS[sum % 11] === number[17] ? null : "check";
}

export const idSex = (number) => (idFault(number) ? null : +number[16] % 2 ? "1" : "2");

export function creditFault(code) {
  if (!CREDIT.test(code)) return "shape";
  const sum = CREDIT_WEIGHTS.reduce((total, weight, n) => total + weight * CREDIT_LETTERS.indexOf(code[n]), 0);
  return CREDIT_LETTERS[(31 - (sum % 31)) % 31] === code[17] ? null : "check";
}

export function tidyPhone(raw) {
  const text = without(halfWidth(clean(raw)), BLANKS + "-–—()").replace(PREFIX, "");
  const line = LANDLINE.exec(text);
  return line ? `${line[1]}-${line[2]}` : text;
}

export const phoneFault = (number) => !(MOBILE.test(number) || LANDLINE.test(number.replace("-", "")));
