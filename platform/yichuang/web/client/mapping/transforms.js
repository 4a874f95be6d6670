// The closed list of transforms: what each is called, what can be set and how it reads.

const DATES = [["iso_date", "2026-05-06"], ["basic_date", "20260506"], ["basic_time", "20260506T093000"], ["datetime", "2026-05-06 09:30:00"], ["slash", "2026/5/6"], ["chinese", "2026年5月6日"], ["millis", "毫秒时间戳"]];
const UNITS = [["yuan", "元"], ["wan", "万元"], ["fen", "分"]];
const ADDRESS = [["whole", "整条地址"], ["province", "省（直辖市）"], ["city", "市"], ["district", "区县"], ["street", "街道"], ["detail", "门牌"], ["division", "区划代码"], ["object", "五段（省、市、区、街道、门牌）"]];
const MARKS = [["normalise", "整个代码（规范写法）"], ["organisation_code", "组织机构代码（9 位）"], ["division", "登记机关区划"]];
const ROUND = { key: "round", title: "位数多了就四舍五入", kind: "toggle", hint: "不选则算作错误" };
const AS = { key: "as", title: "写成", kind: "choice", options: [["text", "文字"], ["number", "数字"]] };
const title = (options, code) => options.find(([one]) => one === code)?.[1] ?? code;
const pairs = (table) => Object.entries(table ?? {}).map(([from, to]) => `${from}→${to}`);
const some = (list, most = 4) => list.slice(0, most).join("、") + (list.length > most ? "等" : "");

// fields: {key, title, kind, options, own, optional, hint, needed, instead}. kind: text number choice pairs list toggle unknown table.
export const TRANSFORMS = [
  { use: "code", title: "代码对照", group: "代码", hint: "把我方代码换成对方代码", fresh: () => ({ use: "code", table: {}, unknown: "fault" }),
    fields: [{ key: "table", title: "对照表", kind: "pairs" }, { key: "unknown", title: "遇到表里没有的值", kind: "unknown" }, { key: "from_table", title: "我方代码表", kind: "table", more: true }, { key: "to_table", title: "对方代码表", kind: "table", more: true, hint: "按名称对上；只选一边则在代码与名称之间换" }, { key: "strip", title: "比对名称时去掉结尾的", kind: "text", more: true, hint: "例如“族”" }],
    words: (t) => (t.from_table || t.to_table ? "按代码表换" : pairs(t.table).length ? `按对照表换（${some(pairs(t.table))}）` : "按对照表换（还没有填）") },
  { use: "boolean", title: "是／否", group: "代码", hint: "例如 1／0、Y／N", fresh: () => ({ use: "boolean", true: "1", false: "0" }),
    fields: [{ key: "true", title: "“是”写作", kind: "text" }, { key: "false", title: "“否”写作", kind: "text" }], words: (t) => `写作“${t.true ?? "1"}／${t.false ?? "0"}”` },
  { use: "material_code", title: "材料代码对照", group: "代码", hint: "没有对照的算作错误", fresh: () => ({ use: "material_code", table: {} }), fields: [{ key: "table", title: "对照表", kind: "pairs" }], words: (t) => `换成部门材料代码（${pairs(t.table).length} 项）` },
  { use: "division", title: "行政区划", group: "代码", hint: "代码的位数，或换成名称", fresh: () => ({ use: "division", digits: 6 }),
    fields: [{ key: "as", title: "写成", kind: "choice", options: [["code", "代码"], ["title", "名称"], ["path", "带上级的名称"]] }, { key: "digits", title: "代码位数", kind: "choice", options: [[6, "6 位"], [12, "12 位"]] }], words: (t) => (t.as === "title" || t.as === "path" ? "区划写名称" : `区划写 ${t.digits ?? 12} 位代码`) },
  { use: "date", title: "日期时间格式", group: "日期与数字", hint: "不合法的日期算作错误", fresh: () => ({ use: "date", to: "basic_date" }),
    fields: [{ key: "to", title: "写成", kind: "choice", options: DATES, own: "其他写法…" }, { key: "from", title: "我方的写法", kind: "choice", options: DATES, own: "其他写法…", optional: "系统内的日期和时间" }, { key: "time", title: "只有日期时，时间填", kind: "text", hint: "例如 00:00:00" }], words: (t) => `日期写成 ${title(DATES, t.to)}` },
  { use: "number", title: "数字格式", group: "日期与数字", hint: "小数位数、倍数", fresh: () => ({ use: "number", decimals: 2 }), fields: [{ key: "decimals", title: "小数位数", kind: "number" }, ROUND, { key: "scale", title: "乘以 10 的几次方", kind: "number", hint: "-4 表示除以一万" }, AS],
    words: (t) => ["数字", t.decimals !== undefined ? `${t.decimals} 位小数` : "", t.scale ? `×10^${t.scale}` : ""].filter(Boolean).join(" ") },
  { use: "money", title: "金额换算", group: "日期与数字", hint: "元、万元、分之间精确换算", fresh: () => ({ use: "money", from: "yuan", to: "wan", decimals: 6 }),
    fields: [{ key: "from", title: "我方单位", kind: "choice", options: UNITS }, { key: "to", title: "对方单位", kind: "choice", options: UNITS }, { key: "decimals", title: "小数位数", kind: "number" }, ROUND, AS], words: (t) => `${title(UNITS, t.from ?? "yuan")}换成${title(UNITS, t.to)}` },
  { use: "join", title: "连接", group: "文字", hint: "把几项接成一串", fresh: () => ({ use: "join", with: "" }),
    fields: [{ key: "with", title: "中间用什么隔开", kind: "text", hint: "不填则直接相连" }, { key: "skip_empty", title: "空的也占位置", kind: "toggle", inverted: true }], words: (t) => (t.with ? `用“${t.with}”连接` : "直接相连") },
  { use: "first", title: "取第一个有值的", group: "文字", hint: "几项里取第一个不空的", fresh: () => ({ use: "first" }), fields: [], words: () => "取第一个有值的" },
  { use: "split", title: "分开", group: "文字", hint: "按分隔符拆成几段", fresh: () => ({ use: "split", by: "、" }), fields: [{ key: "by", title: "按什么拆", kind: "text" }, { key: "pick", title: "只取第几段", kind: "number", hint: "不填则得到多个值" }], words: (t) => `按“${t.by}”拆开${t.pick !== undefined ? `，取第 ${t.pick} 段` : ""}` },
  { use: "address", title: "地址", group: "文字", hint: "合成整条，或取省、市、区、街道、门牌", fresh: () => ({ use: "address", part: "whole" }),
    fields: [{ key: "part", title: "要哪一部分", kind: "choice", options: ADDRESS }, { key: "skipped", title: "直辖市的“市”写作", kind: "text", hint: "例如“市辖区”" }], words: (t) => (t.part === "whole" ? "合成整条地址" : `取地址的${title(ADDRESS, t.part)}`) },
  { use: "substring", title: "截取", group: "文字", hint: "从第几个字起取几个", fresh: () => ({ use: "substring", start: 1, length: 6 }), fields: [{ key: "start", title: "从第几个字", kind: "number" }, { key: "length", title: "取几个字", kind: "number", hint: "不填则到末尾" }], words: (t) => `从第 ${t.start} 个字起取${t.length !== undefined ? ` ${t.length} 个` : "到末尾"}` },
  { use: "prefix", title: "加（去）前缀", group: "文字", hint: "或去掉前面的字", fresh: () => ({ use: "prefix", text: "" }), fields: [{ key: "text", title: "文字", kind: "text" }, { key: "remove", title: "去掉它，而不是加上", kind: "toggle" }], words: (t) => `前面${t.remove ? "去掉" : "加"}“${t.text ?? ""}”` },
  { use: "suffix", title: "加（去）后缀", group: "文字", hint: "或去掉后面的字", fresh: () => ({ use: "suffix", text: "" }), fields: [{ key: "text", title: "文字", kind: "text" }, { key: "remove", title: "去掉它，而不是加上", kind: "toggle" }], words: (t) => `后面${t.remove ? "去掉" : "加"}“${t.text ?? ""}”` },
  { use: "upper", title: "转大写", group: "文字", fresh: () => ({ use: "upper" }), fields: [], words: () => "转成大写" },
  { use: "lower", title: "转小写", group: "文字", fresh: () => ({ use: "lower" }), fields: [], words: () => "转成小写" },
  { use: "width", title: "全角转半角", group: "文字", fresh: () => ({ use: "width" }), fields: [], words: () => "全角转半角" },
  { use: "name", title: "姓名规范", group: "证件与姓名", hint: "统一间隔号“·”，去掉多余空格", fresh: () => ({ use: "name" }), fields: [{ key: "dot", title: "对方的间隔号", kind: "text", hint: "不填为“·”" }], words: () => "姓名规范写法" },
  { use: "phone", title: "电话号码", group: "证件与姓名", hint: "去掉 86、空格和横线", fresh: () => ({ use: "phone" }), fields: [{ key: "mobile", title: "只收手机号码", kind: "toggle" }, { key: "dash", title: "座机去掉横线", kind: "toggle", inverted: true }, { key: "country", title: "前面加国家代码", kind: "text", hint: "例如 86" }], words: () => "电话规范写法" },
  { use: "id_number", title: "身份证号", group: "证件与姓名", hint: "规范写法，或取生日、性别", fresh: () => ({ use: "id_number", part: "normalise" }),
    fields: [{ key: "part", title: "要什么", kind: "choice", options: [["normalise", "整个号码（规范写法）"], ["birthday", "出生日期"], ["sex", "性别（1 男 2 女）"], ["division", "区划代码"]] }], words: (t) => ({ birthday: "取出生日期", sex: "取性别", division: "取区划代码" }[t.part] ?? "证件号码规范写法") },
  { use: "credit_code", title: "统一社会信用代码", group: "证件与姓名", hint: "规范写法，或取组织机构代码", fresh: () => ({ use: "credit_code", part: "organisation_code" }), fields: [{ key: "part", title: "要什么", kind: "choice", options: MARKS }, { key: "dash", title: "组织机构代码带横线", kind: "toggle" }], words: (t) => ({ organisation_code: "取组织机构代码", division: "取登记区划" }[t.part] ?? "信用代码规范写法") },
  { use: "pua_check", title: "生僻字检查", group: "证件与姓名", hint: "出现“?”或造字时算作错误", fresh: () => ({ use: "pua_check" }), fields: [{ key: "charset", title: "对方只能存", kind: "choice", options: [["gb2312", "GB 2312"], ["gbk", "GBK"], ["gb18030", "GB 18030"]], optional: "不限" }], words: () => "检查生僻字" },
  { use: "omit_empty", title: "空时不写", group: "空值", hint: "没有内容时，整个字段不出现", fresh: () => ({ use: "omit_empty" }), fields: [], words: () => "空时不写" },
  { use: "default", title: "空时取固定值", group: "空值", fresh: () => ({ use: "default", value: "" }), fields: [{ key: "value", title: "默认值", kind: "text" }], words: (t) => `空时填“${t.value ?? ""}”` },
  { use: "empty", title: "空值写法", group: "空值", fresh: () => ({ use: "empty", as: "无" }), fields: [{ key: "as", title: "空时写成", kind: "choice", options: [["无", "无"], ["/", "/"], [0, "0"], [null, "null"], ["", "空文字"]] }, { key: "words", title: "我方这些词也算空", kind: "list", hint: "用顿号隔开" }], words: (t) => `空时写${t.as === null ? " null" : `“${t.as}”`}` },
  { use: "file", title: "附件", group: "附件", hint: "送引用地址、大小或摘要", fresh: () => ({ use: "file", by: "reference" }), fields: [{ key: "by", title: "送什么", kind: "choice", options: [["reference", "引用地址"], ["size", "大小"], ["digest", "摘要"], ["name", "文件名"]] }, { key: "most_bytes", title: "最大多少字节", kind: "number" }], words: (t) => `附件的${{ reference: "引用地址", size: "大小", digest: "摘要", name: "文件名" }[t.by] ?? t.by}` },
];

const KNOWN = new Map(TRANSFORMS.map((one) => [one.use, one]));
export const transformOf = (use) => KNOWN.get(use) ?? { use, title: use, group: "", fields: [], words: () => use };
export const wordsOf = (transform) => { try { return transformOf(transform.use).words(transform); } catch { return transformOf(transform.use).title; } };
