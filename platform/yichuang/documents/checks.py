"""The gate's checks of a document: fields that exist, conditions that can hold, contents its kind must have (domain 2.5)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.documents.compiled import DEFAULT_PARTS
from yichuang.documents.content import DEFAULT_COLUMNS
from yichuang.documents.facts import book
from yichuang.documents.fields import FIELDS, TYPE_TITLES
from yichuang.documents.requirements import MANDATORY, Requirement
from yichuang.documents.texts import tokens
from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rules.conditions import problems
from yichuang.rules.limits import Problem

KIND = "document"
BLOCK_TITLES = {"remedy": "救济途径", "signatures": "签字栏", "seal": "落款与印章", "qr": "核验二维码"}
NEEDS = {"paragraph": "text", "remedy": "text", "note": "text", "heading": "title", "fields": "rows", "table": "source", "signatures": "lines"}
_NEED_TITLES = {"text": "文字", "title": "标题", "rows": "栏目", "source": "列出什么", "lines": "签字行"}
_PUNCTUATION = re.compile(r"[\s　]")


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a document that is valid against its schema."""
    found = [*_conditions(body, view), *_unknown(body), *_blocks(body), *_numbering(body), *_contents(body)]
    return [Finding(KIND, body["code"], p.place, p.message, p.remedy) for p in dict.fromkeys(found)]


def _conditions(body: Body, view: DefinitionView) -> Iterator[Problem]:
    known = book(view)
    for place, part in _guarded(body):
        if "when" in part:
            yield from problems(part["when"], known, f"{place}/when")


def _guarded(body: Body) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for n, seal in enumerate(body.get("sealed_by", ())):
        yield f"sealed_by/{n}", seal
    for n, block in enumerate(body["blocks"]):
        yield f"blocks/{n}", block
        yield from ((f"blocks/{n}/rows/{m}", row) for m, row in enumerate(block.get("rows", ())))


def texts(body: Body) -> Iterator[tuple[str, str]]:
    """Every text that may name fields, with its place."""
    for n, seal in enumerate(body.get("sealed_by", ())):
        yield f"sealed_by/{n}/seal_title", str(seal["seal_title"])
    for n, block in enumerate(body["blocks"]):
        yield from _texts_of(block, f"blocks/{n}")


def _texts_of(block: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    yield from ((f"{place}/{key}", str(block[key])) for key in ("text", "title") if key in block)
    yield from ((f"{place}/entries/{m}", str(entry)) for m, entry in enumerate(block.get("entries", ())))
    for key in ("rows", "lines"):
        yield from ((f"{place}/{key}/{m}/value", str(line["value"])) for m, line in enumerate(block.get(key, ())) if "value" in line)


def _unknown(body: Body) -> Iterator[Problem]:
    for place, text in texts(body):
        for name in tokens(text):
            if name not in FIELDS:
                yield Problem(place, f"没有字段“{name}”", f"请用“插入字段”从列表中选取{_nearest(name)}")
            elif FIELDS[name].type in ("rows", "drawing"):
                yield Problem(place, f"“{FIELDS[name].title}”是{TYPE_TITLES[FIELDS[name].type]}，不能写在文字里", "请改用“明细表”或“签字栏”")
        if text.count("{") != text.count("}"):
            yield Problem(place, "花括号不成对，字段不会被替换", "请删去这一处，再用“插入字段”重新插入")


def _nearest(name: str) -> str:
    """Fields of the same scope, or with the name as their title."""
    near = [f for f in FIELDS.values() if f.title == name or f.scope == name.split(".", 1)[0]][:6]
    return f"，例如{'、'.join(f'{found.title}（{{{found.path}}}）' for found in near)}" if near else ""


def _blocks(body: Body) -> Iterator[Problem]:
    for n, block in enumerate(body["blocks"]):
        need = NEEDS.get(block["type"])
        if need and not block.get(need) and not (need == "title" and block.get("text")):
            yield Problem(f"blocks/{n}", f"这一段没有填写“{_NEED_TITLES[need]}”，印不出内容", f"请填写“{_NEED_TITLES[need]}”，或删去这一段")
        yield from _source(block, f"blocks/{n}")


def _source(block: Mapping[str, Any], place: str) -> Iterator[Problem]:
    kind, source = block["type"], block.get("source")
    if kind == "list" and not source and not block.get("entries"):
        yield Problem(place, "逐条列出没有内容", "请选择“列出什么”，或填写条目")
    if source is None:
        return
    wanted = {"table": "rows", "list": "lines"}.get(kind)
    if wanted != FIELDS[source].type:
        yield Problem(f"{place}/source", f"“{FIELDS[source].title}”不能用在这种段落里", "明细表请选表格类内容，逐条列出请选逐条类内容")
    for m, column in enumerate(block.get("columns", ())):
        if wanted == "rows" and column["key"] not in FIELDS[source].columns:
            offered = "、".join(FIELDS[source].columns.values())
            yield Problem(f"{place}/columns/{m}/key", f"“{FIELDS[source].title}”没有这一列", f"可选：{offered}")


def _numbering(body: Body) -> Iterator[Problem]:
    spec = body.get("number")
    if spec is None:
        if MANDATORY[body["doc_type"]].numbered:
            yield Problem("number", f"{_type(body)}必须有文书编号", "请在“编号与用章”中设置文书编号")
        return
    parts = spec.get("parts") or DEFAULT_PARTS
    lacking = [words for key, words in (("prefix", "机关代字"), ("word", "文书字"), ("year", "〔年份〕")) if key not in parts]
    if lacking or not {"ordinal", "plain"} & set(parts):
        what = "、".join([*lacking, *([] if {"ordinal", "plain"} & set(parts) else ["序号"])])
        yield Problem("number/parts", f"编号的组成缺少{what}，不同文书会出现相同编号", "请补上缺少的部分，或清空以使用默认组成")
    if len(set(parts)) != len(parts):
        yield Problem("number/parts", "编号的组成有重复", "每一部分只保留一次")


def _type(body: Body) -> str:
    return str(body["title"])


def _contents(body: Body) -> Iterator[Problem]:
    wanted = MANDATORY[body["doc_type"]]
    always, sometimes = _printed(body)
    for requirement in wanted.fields:
        yield from _lacking(requirement, always, sometimes, body)
    types = {block["type"] for block in body["blocks"] if "when" not in block}
    for kind in wanted.blocks:
        if kind not in types:
            yield Problem("blocks", f"{_type(body)}必须有“{BLOCK_TITLES[kind]}”", f"请增加一段“{BLOCK_TITLES[kind]}”，且不设条件")
    words = _PUNCTUATION.sub("", "".join(text for place, text in texts(body) if place.startswith("blocks/")))
    for word in wanted.words:
        if word not in words:
            yield Problem("blocks", f"{_type(body)}必须写明“{word}”", f"请在正文中写上“{word}”")
    if wanted.sealed and not body.get("sealed_by"):
        yield Problem("sealed_by", f"{_type(body)}必须加盖印章", "请在“用章”中写明印章名称")
    if body.get("sealed_by") and "when" in body["sealed_by"][-1] and wanted.sealed:
        yield Problem("sealed_by", "各枚印章都有条件，条件都不成立时文书没有印章", "请在最后加一枚不设条件的印章")


def _printed(body: Body) -> tuple[set[str], set[str]]:
    """Fields that are always printed, and those that are printed under a condition."""
    always: set[str] = set()
    sometimes: set[str] = set()
    for block in body["blocks"]:
        bare = {key: value for key, value in block.items() if key != "rows"}
        (sometimes if "when" in block else always).update(_named(bare))
        for row in block.get("rows", ()):
            (sometimes if "when" in block or "when" in row else always).update(tokens(str(row["value"])))
    return always, sometimes


def _named(block: Mapping[str, Any]) -> Iterator[str]:
    for _, text in _texts_of(block, ""):
        yield from tokens(text)
    if block.get("source"):
        yield str(block["source"])
    if block["type"] == "seal":
        yield from ("document.authority", "document.date")


def _lacking(requirement: Requirement, always: set[str], sometimes: set[str], body: Body) -> Iterator[Problem]:
    here = always | (sometimes if requirement.by_hand else set())
    if not here.intersection(requirement.fields):
        only = "（现在只在条件成立时印出）" if sometimes.intersection(requirement.fields) else ""
        tokens_said = "或".join(f"{{{path}}}" for path in requirement.fields)
        yield Problem("blocks", f"{_type(body)}必须写明“{requirement.title}”{only}", f"请在正文中插入字段 {tokens_said}")
    elif requirement.columns:
        yield from _lacking_columns(requirement, body)


def _lacking_columns(requirement: Requirement, body: Body) -> Iterator[Problem]:
    source = requirement.fields[0]
    shown = [_columns(block) for block in body["blocks"] if block.get("source") == source]
    missing = [key for key in requirement.columns if not any(key in columns for columns in shown)]
    if missing:
        titles = "、".join(FIELDS[source].columns[key] for key in missing)
        yield Problem("blocks", f"“{FIELDS[source].title}”的明细表必须有：{titles}", "请在“列”中加上")


def _columns(block: Mapping[str, Any]) -> Sequence[str]:
    return [column["key"] for column in block.get("columns", ())] or DEFAULT_COLUMNS.get(str(block["source"]), ())
