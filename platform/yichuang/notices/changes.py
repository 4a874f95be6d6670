"""What differs between two notices for the same situation, in words. Layout and reasons don't count, only what an applicant must know."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.notices.content import NoticeContent
from yichuang.notices.materials import COLUMNS

IGNORED_CELLS = frozenset({"number", "title", "reason", "e_licence", "commitment"})
"""`e_licence` and `commitment` say the same as `substitute`."""
STEP_PARTS = {"by": "办理人", "limit": "时限", "note": "说明"}
PLACE_PARTS = {"address": "地址", "hours": "办公时间", "traffic": "交通", "note": "说明"}
MOST = 40


def between(old: NoticeContent, new: NoticeContent) -> list[str]:
    """`old` to `new`, most important first; empty when nothing an applicant would notice has changed."""
    before, after = old.elements, new.elements
    found = [
        *_changed("事项名称", before["title"], after["title"]),
        *_tips(before["tips"], after["tips"]),
        *_materials(before["materials"], after["materials"]),
        *_pairs(before["time_limits"], after["time_limits"]),
        *_pairs(before["fees"], after["fees"]),
        *_process(before["process"], after["process"]),
        *_places(before["places"], after["places"]),
        *_lines("受理条件", before["conditions"], after["conditions"]),
        *_pairs(before["results"], after["results"]),
        *_pairs(
            [p for p in before["summary"] if p["label"] != "事项名称"],
            [p for p in after["summary"] if p["label"] != "事项名称"],
        ),
        *_lines("设定依据", _laws(before), _laws(after)),
        *_pairs(before["contact"], after["contact"]),
        *(["常见问题有更新"] if before["faq"] != after["faq"] else []),
        *(["说明文字有更新"] if before["texts"] != after["texts"] else []),
    ]
    unique = list(dict.fromkeys(found))
    return unique[:MOST] + ([f"另有 {len(unique) - MOST} 处变化"] if len(unique) > MOST else [])


def _changed(label: str, before: str, after: str) -> Iterator[str]:
    if before == after:
        return
    if not before or before == "—":
        yield f"{label}新增：{after}"
    elif not after or after == "—":
        yield f"{label}不再有（原为 {before}）"
    elif len(before) + len(after) > 120:
        yield f"{label}改为：{after}"
    else:
        yield f"{label}由{_spaced(before)}改为{_spaced(after).rstrip()}"


def _spaced(text: str) -> str:
    """With a space where digits or Latin letters would touch Chinese ones."""
    return (" " if text[0].isascii() else "") + text + (" " if text[-1].isascii() else "")


def _pairs(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Tables of label and value; several rows of one label are read together."""
    old, new = _by_label(before), _by_label(after)
    for label in dict.fromkeys([*new, *old]):
        yield from _changed(label, old.get(label, ""), new.get(label, ""))


def _by_label(pairs: Sequence[Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in pairs:
        label = entry["label"]
        found[label] = f"{found[label]}；{entry['value']}" if label in found else entry["value"]
    return found


def _lines(label: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    added = [line for line in after if line not in before]
    gone = [line for line in before if line not in after]
    if len(added) == len(gone) == 1:
        yield f"{label}“{gone[0]}”改为“{added[0]}”"
        return
    yield from (f"新增{label}：{line}" for line in added)
    yield from (f"取消{label}：{line}" for line in gone)


def _tips(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Only what is new: a tip that has gone needs no word."""
    old = {tip["text"] for tip in before}
    yield from (f"新增提示：{tip['text']}" for tip in after if tip["text"] not in old)


def _materials(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    old, new = _rows(before), _rows(after)
    for code in new:
        if code not in old:
            yield f"新增材料“{new[code][1]['title']}”"
    for code, (group, cells) in old.items():
        if code not in new:
            yield f"不再需要材料“{cells['title']}”"
        else:
            yield from _material(group, cells, *new[code])


def _material(old_group: str, old: Mapping[str, str], new_group: str, new: Mapping[str, str]) -> Iterator[str]:
    name = f"材料“{new['title']}”"
    if old["title"] != new["title"]:
        yield f"材料“{old['title']}”改名为“{new['title']}”"
    if old_group != new_group and {old_group, new_group} & {"视情形需要", "视填报内容需要"}:
        yield f"{name}改为{'本次需要提交' if new_group in ('', '本次需要提交') else new_group}"
    elif old_group in ("视情形需要", "视填报内容需要") and old["reason"] != new["reason"]:
        yield f"{name}的适用情形改为：{new['reason']}"
    for key, title in COLUMNS.items():
        if key not in IGNORED_CELLS:
            yield from _changed(f"{name}的{title}", old[key], new[key])


def _rows(groups: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, Mapping[str, str]]]:
    return {row["code"]: (group["title"], row["cells"]) for group in groups for row in group["rows"]}


def _process(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if [step["title"] for step in before] != [step["title"] for step in after]:
        yield f"办理流程改为：{' → '.join(step['title'] for step in after) or '无'}"
        return
    for old, new in zip(before, after, strict=True):
        for key, title in STEP_PARTS.items():
            yield from _changed(f"环节“{new['title']}”的{title}", old[key], new[key])


def _places(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    old, new = ({place["title"]: place for place in places} for places in (before, after))
    yield from (f"新增办理地点“{title}”" for title in new if title not in old)
    yield from (f"不再在“{title}”办理" for title in old if title not in new)
    for title in (title for title in new if title in old):
        for key, label in PLACE_PARTS.items():
            yield from _changed(f"“{title}”的{label}", old[title][key], new[title][key])
        yield from _changed(f"“{title}”的电话", _said(old[title]["phone"]), _said(new[title]["phone"]))
        yield from _changed(f"“{title}”的窗口", _windows(old[title]), _windows(new[title]))


def _said(pieces: Sequence[Mapping[str, str]]) -> str:
    return "".join(piece["text"] for piece in pieces)


def _windows(place: Mapping[str, Any]) -> str:
    return "、".join("，".join(filter(None, (w["title"], w["location"], _said(w["phone"])))) for w in place["windows"])


def _laws(elements: Mapping[str, Any]) -> list[str]:
    return [f"《{law['law']}》{law['article']}" for law in elements["basis"]]
