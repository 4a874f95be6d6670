"""Lines of a mapping and what changed between two versions, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.mappings.targets import target_fields
from yichuang.mappings.transforms import TRANSFORMS

SHOWN = 4
OPTION_WORDS: Mapping[str, str] = {
    "to": "成 {}", "from": "由 {}", "part": "取 {}", "start": "从第 {} 个字符", "length": "共 {} 个", "with": "以“{}”相连", "by": "按“{}”",
    "pick": "第 {} 段", "decimals": "{} 位小数", "digits": "{} 位", "value": "“{}”", "as": "写作“{}”", "text": "“{}”", "dot": "间隔号 {}",
}  # fmt: skip


VALUE_WORDS: Mapping[str, str] = {
    "iso_date": "2026-05-06 的写法", "basic_date": "20260506 的写法", "basic_time": "20260506T093000 的写法", "slash": "2026/5/6 的写法",
    "datetime": "2026-05-06 09:30:00 的写法", "chinese": "2026年5月6日的写法", "millis": "毫秒时间戳", "yuan": "元", "wan": "万元", "fen": "分",
    "whole": "整条", "province": "省", "city": "市", "district": "区县", "street": "街道", "detail": "门牌", "object": "五段", "number": "数字",
    "normalise": "规范写法", "birthday": "出生日期", "sex": "性别", "division": "区划", "organisation_code": "组织机构代码",
    "reference": "引用地址", "size": "大小", "digest": "摘要", "title": "名称", "code": "代码",
}  # fmt: skip
"""Options' names in words."""


def transform_words(spec: Mapping[str, Any]) -> str:
    """`代码对照（1→M、2→F）`."""
    use = TRANSFORMS.get(str(spec.get("use", "")))
    title = use.title if use else str(spec.get("use", ""))
    said = [*_table_words(spec), *(OPTION_WORDS[key].format(_said(spec[key])) for key in OPTION_WORDS if key in spec)]
    return f"{title}（{'，'.join(said)}）" if said else title


def _said(value: Any) -> str:
    return VALUE_WORDS.get(value, _plain(value)) if isinstance(value, str) else _plain(value)


def _table_words(spec: Mapping[str, Any]) -> Iterator[str]:
    table = spec.get("table")
    if isinstance(table, Mapping):
        pairs = [f"{ours}→{_plain(theirs)}" for ours, theirs in table.items()]
        yield "、".join(pairs[:SHOWN]) + (f" 等 {len(pairs)} 个" if len(pairs) > SHOWN else "")
    for key, word in (("from_table", "按代码表 {} 换成名称"), ("to_table", "按代码表 {} 换成代码")):
        if spec.get(key):
            yield word.format(spec[key])
    if spec.get("unknown") == "keep":
        yield "对照中没有的保留"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_plain(one) for one in value)
    return "是" if value is True else "否" if value is False else "空" if value in ("", None) else str(value)


def source_words(line: Mapping[str, Any]) -> str:
    """Where a line's value comes from."""
    if "each" in line:
        shape = f"平铺成 {line['columns'].get('most', 1)} 列" if isinstance(line.get("columns"), Mapping) else "每行一个元素"
        return f"重复组 {line['each']}，{shape}"
    if "choose" in line:
        return f"按条件取值（{len(line['choose'])} 种情形）"
    if "value" in line:
        return f"固定值“{_plain(line['value'])}”"
    given = line.get("from", "")
    return "、".join(given) if isinstance(given, list) else str(given)


def line_words(line: Mapping[str, Any]) -> str:
    """`sex ← applicant.sex：代码对照（1→M、2→F）`."""
    chain = "，".join(transform_words(spec) for spec in line.get("transforms", ()))
    return f"{line.get('to', '')} ← {source_words(line)}" + (f"：{chain}" if chain else "")


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What changed between two versions of a mapping, a sentence each."""
    return [*_heads(old, new), *_schemas(old.get("schema"), new.get("schema")), *_lines(old.get("lines", ()), new.get("lines", ()), "")]


def _heads(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key, title in (("target", "对接系统"), ("items", "事项"), ("steps", "环节"), ("title", "名称")):
        if old.get(key) != new.get(key):
            yield f"{title}：由“{_plain(old.get(key) or '')}”改为“{_plain(new.get(key) or '')}”"
    before, after = len(old.get("samples", ())), len(new.get("samples", ()))
    if old.get("samples", []) != new.get("samples", []):
        yield f"样例：由 {before} 个改为 {after} 个" if before != after else "样例：内容有改动"


def _schemas(old: Any, new: Any) -> Iterator[str]:
    """Fields that came, went, or are wanted otherwise."""
    if (told := list(_fields(old, new))) or old == new:
        yield from told
    else:
        yield "对方字段：取值要求或说明有改动"


def _fields(old: Any, new: Any) -> Iterator[str]:
    before, after = ({field.path: field for field in target_fields(schema)} for schema in (old, new))
    for path in [path for path in after if path not in before]:
        yield f"对方字段：新增 {path}{'（必填）' if after[path].required else ''}"
    for path in [path for path in before if path not in after]:
        yield f"对方字段：删去 {path}"
    for path in [path for path in after if path in before]:
        if before[path].required != after[path].required:
            yield f"对方字段：{path} 改为{'必填' if after[path].required else '选填'}"
        if before[path].type != after[path].type:
            yield f"对方字段：{path} 的类型由 {before[path].type} 改为 {after[path].type}"


def _lines(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], within: str) -> Iterator[str]:
    before, after = _keyed(old), _keyed(new)
    for key, line in after.items():
        if key not in before:
            yield f"{within}新增一行：{line_words(line)}"
        elif before[key] != line:
            yield from _line(before[key], line, f"{within}{_name(line)}")
    for key, line in before.items():
        if key not in after:
            yield f"{within}删去一行：{line_words(line)}"


def _line(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> Iterator[str]:
    if source_words(old) != source_words(new):
        yield f"{name}：来源由“{source_words(old)}”改为“{source_words(new)}”"
    elif old.get("choose") != new.get("choose"):
        yield f"{name}：按条件取值有改动"
    before, after = ("，".join(transform_words(spec) for spec in line.get("transforms", ())) for line in (old, new))
    if before != after:
        yield f"{name}：转换由“{before or '无'}”改为“{after or '无'}”"
    elif old.get("transforms", []) != new.get("transforms", []):
        yield f"{name}：转换的设置有改动"
    if old.get("when") != new.get("when"):
        yield f"{name}：条件{'去掉' if 'when' not in new else '增加' if 'when' not in old else '改动'}"
    if old.get("steps", []) != new.get("steps", []):
        yield f"{name}：只在的环节由“{_plain(old.get('steps') or '每个环节')}”改为“{_plain(new.get('steps') or '每个环节')}”"
    yield from _lines(old.get("lines", ()), new.get("lines", ()), f"{name} › ")


def _name(line: Mapping[str, Any]) -> str:
    return str(line.get("to") or line.get("each") or "")


def _keyed(lines: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Lines by what they write; those for the same target (in different steps) by their order."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for line in lines:
        number = sum(1 for name, _ in found if name == _name(line))
        found[_name(line), number] = line
    return found
