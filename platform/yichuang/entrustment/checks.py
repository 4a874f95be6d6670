"""The gate's checks of an entrustment agreement (domain 2.2), and of an item's mark 委托受理 against the agreements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.entrustment.agreement import POWERS, Span, agreement_words, entry_scope, entry_span, moment_of, span_of
from yichuang.entrustment.places import Places, compile_places, overlap
from yichuang.ports import Body, DefinitionView, Finding

KIND = "entrustment"
CORE_POWERS = {"RECEIVE": "收件", "ACCEPT": "作出受理"}


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for an agreement that is valid against its schema."""
    undated = list(_impossible_moments(body))
    if undated:
        return undated
    places = compile_places(view)
    found = [*_validity(body), *_announced(body), *_seals(body, places), *_scopes(body, places)]
    for n, line in enumerate(body["items"]):
        item = view.find("item", line["item"])
        if item is not None:
            found += [*_item(body, n, line, item, view), *_elsewhere(body, n, line, item, view, places)]
    return found + list(_twice(body))


def item_findings(body: Body, view: DefinitionView) -> list[Finding]:
    """Whether an item's feature 委托受理 agrees with the agreements that name it."""
    marked = bool(body.get("features", {}).get("entrusted"))
    named = any(body["code"] in agreement_words(agreement)["items"] for agreement in _living(view))
    if marked == named or body.get("state") != "active" or not view.codes(KIND):
        return []
    if marked:
        words = ("标为“委托受理”，但没有列入任何在用的委托书，窗口不能受理", "请把它列入部门的委托书，或去掉这个标记")
    else:
        words = ("已列入委托书，但没有标为“委托受理”", "请在“特殊性”中勾选委托受理")
    return [Finding("item", body["code"], "features/entrusted", *words, "warning")]


def _living(view: DefinitionView) -> Iterator[Body]:
    for code in view.codes(KIND):
        body = view.find(KIND, code)
        if body is not None and body.get("state") not in ("draft", "revoked"):
            yield body


def _finding(body: Body, place: str, message: str, remedy: str, warning: bool = False) -> Finding:
    return Finding(KIND, body["code"], place, message, remedy, "warning" if warning else "error")


def _impossible_moments(body: Body) -> Iterator[Finding]:
    lines = [(f"items/{n}/{key}", line.get(key)) for n, line in enumerate(body["items"]) for key in ("from", "until")]
    for place, text in [("valid_from", body.get("valid_from")), ("valid_to", body.get("valid_to")), *lines]:
        try:
            moment_of(text)
        except ValueError:
            yield _finding(body, place, f"没有“{text}”这个时间", "请选择日历上有的日期和时间，如 2027-03-01 00:00")


def _validity(body: Body) -> Iterator[Finding]:
    whole = span_of(body)
    if _empty(whole):
        yield _finding(body, "valid_to", "期满时间不晚于生效时间", "请更正有效期")
    for n, line in enumerate(body["items"]):
        own = Span(moment_of(line.get("from")), moment_of(line.get("until")))
        if _empty(own):
            yield _finding(body, f"items/{n}/until", "停止受理的时间不晚于开始受理的时间", "请更正这一事项的起止时间")
        elif not _empty(whole) and _empty(own.within(whole)):
            yield _finding(body, f"items/{n}", "这一事项的起止时间完全在委托书有效期之外", "请更正事项的起止时间或委托书有效期")


def _empty(span: Span) -> bool:
    return span.start is not None and span.end is not None and span.start >= span.end


def _announced(body: Body) -> Iterator[Finding]:
    if body["state"] == "active" and not body.get("announcement"):
        yield _finding(body, "announcement", "委托已生效，但没有登记公告", "委托受托机关和委托内容须向社会公告，请补登公告", True)


def _seals(body: Body, places: Places) -> Iterator[Finding]:
    for n, seal in enumerate(body.get("seals", ())):
        if seal.get("halls") and seal.get("streets"):
            outside = [places.halls[hall].title for hall in seal["halls"] if hall in places.halls and places.halls[hall].street]
            if outside:
                yield _finding(body, f"seals/{n}", f"用印范围重复：{'、'.join(outside)}已属于街道", "大厅与街道选一种写法即可", True)


def _scopes(body: Body, places: Places) -> Iterator[Finding]:
    for place, named in [("", body), *((f"items/{n}/", line) for n, line in enumerate(body["items"]))]:
        reach = places.scope(named.get("halls", ()), named.get("streets", ()), ())
        for window in named.get("windows", ()) if named.get("halls") or named.get("streets") else ():
            hall = places.hall_of.get(window)
            if hall and hall not in reach:
                title = places.halls[hall].windows[window]
                message = f"窗口“{title}”属于{places.halls[hall].title}，不在所选的大厅、街道内"
                yield _finding(body, f"{place}windows", message, "请去掉这个窗口，或把它的大厅加进来")


def _item(body: Body, n: int, line: Mapping[str, Any], item: Body, view: DefinitionView) -> Iterator[Finding]:
    place, title = f"items/{n}", item["title"]
    if item.get("department") != body["principal"]:
        message = f"“{title}”的实施部门不是委托部门，不能由它委托"
        yield _finding(body, f"{place}/item", message, "请改选委托部门自己的事项，或另立委托书")
    if item.get("state") == "cancelled":
        yield _finding(body, f"{place}/item", f"“{title}”已取消", "请从委托书中去掉", True)
    missing = _missing_powers(line.get("powers") or body["powers"], item, view)
    if missing:
        message = f"“{title}”由窗口受理需要的权限没有给全：{'、'.join(missing)}"
        yield _finding(body, f"{place}/powers", message, "请补上权限；确实由部门办理的可以不管", True)
    versions = line.get("versions", {})
    if versions.get("from", 0) > versions.get("to", 10**9):
        yield _finding(body, f"{place}/versions", "适用的事项版本写反了", "请更正从第几版到第几版")
    known = {material["code"] for material in item.get("materials", ())}
    for m, point in enumerate(line.get("review_points", ())):
        if point["material"] not in known:
            message = f"“{title}”没有代码为“{point['material']}”的材料"
            yield _finding(body, f"{place}/review_points/{m}/material", message, "请改为事项中的材料代码")


def _missing_powers(given: Sequence[str], item: Body, view: DefinitionView) -> list[str]:
    """What the item's flow asks of the window and the agreement doesn't give; instant items also need their licence issued."""
    needed = dict(CORE_POWERS)
    flow = view.find("flow", item.get("flow", "standard")) or {}
    if flow:
        asked = {str(action["entrusted"]) for action in flow.get("actions", ()) if action.get("entrusted")}
        needed = {power: title for power, title in POWERS.items() if power in asked and power != "ISSUE_INSTANT"}
    if item.get("features", {}).get("instant"):
        needed["ISSUE_INSTANT"] = POWERS["ISSUE_INSTANT"]
    return [title for power, title in needed.items() if power not in given]


def _elsewhere(
    body: Body, n: int, line: Mapping[str, Any], item: Body, view: DefinitionView, places: Places
) -> Iterator[Finding]:
    """The same item entrusted by another agreement to the same window at the same time: whose powers would count?"""
    if body["state"] in ("draft", "revoked"):
        return
    mine, span = entry_scope(line, body, places), entry_span(line, body)
    for other in _living(view):
        if other["code"] == body["code"] or item["code"] not in agreement_words(other)["items"]:
            continue
        for theirs in (entry for entry in other["items"] if entry["item"] == item["code"]):
            if _clash(theirs, other, span) and overlap(mine, entry_scope(theirs, other, places)):
                message = f"“{item['title']}”在委托书“{other['title']}”中已委托给相同的窗口，时间也重叠"
                yield _finding(body, f"items/{n}", message, "同一窗口只能依据一份委托书，请调整范围、起止时间，或从其中一份去掉")


def _clash(theirs: Mapping[str, Any], other: Body, span: Span) -> bool:
    try:
        return span.meets(entry_span(theirs, other))
    except ValueError:
        return False


def _twice(body: Body) -> Iterator[Finding]:
    seen: set[str] = set()
    for n, line in enumerate(body["items"]):
        if line["item"] in seen:
            yield _finding(body, f"items/{n}/item", "同一事项列了两次", "请合并为一条")
        seen.add(line["item"])
