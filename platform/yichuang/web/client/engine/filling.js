// What an answer brings along: an identity number fills sex and birth date. The twin of yichuang.forms.filling.

import { idBirthDate, idFault, idSex } from "./national.js";
import { iso } from "./dates.js";

const SEX_TITLES = { 1: "男", 2: "女" };
const find = (fields, code) => fields.find((f) => f.code === code);

export function filled(fields, path, value) {
  const names = path.split("/");
  let item = find(fields, names[0]), beside = fields, prefix = "";
  if (item && names.length === 3) {
    beside = item.columns;
    prefix = `${names[0]}/${names[1]}/`;
    item = find(beside, names[2]);
  }
  const number = item?.type === "id_number" ? item.normalise(value) : null;
  if (typeof number !== "string" || idFault(number)) return {};
  const { sex, birth_date: born } = item.spec.fills ?? {}, filled = {};
  const sexField = find(beside, sex), bornField = find(beside, born), code = sexField && sexOf(sexField, number);
  if (code) filled[prefix + sexField.code] = code;
  if (bornField) filled[prefix + bornField.code] = iso(idBirthDate(number));
  return filled;
}

function sexOf({ options }, number) {
  const sex = idSex(number), title = SEX_TITLES[sex];
  if (!options) return title;
  if (options.has(sex)) return sex;
  return [...options].find(([, t]) => t === title || t === `${title}性`)?.[0] ?? null;
}
