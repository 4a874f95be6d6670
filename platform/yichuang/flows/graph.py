"""The shape of a flow: no state out of reach, none without a way out, and a clock that never runs backwards."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yichuang.ports import Body
from yichuang.rules.limits import Problem

CLOCKS: Mapping[str, str] = {
    "none": "不计时",
    "answering": "答复期限",
    "running": "办理期限",
    "paused": "暂停",
    "stopped": "已停止",
}
FOLLOWS: Mapping[str, frozenset[str]] = {
    "": frozenset(CLOCKS),
    "none": frozenset({"none", "answering", "running", "stopped"}),
    "answering": frozenset({"none", "answering", "running", "stopped"}),
    "running": frozenset({"running", "paused", "stopped"}),
    "paused": frozenset({"paused", "running", "stopped"}),
    "stopped": frozenset({"stopped"}),
}
"""Which kinds of clock may follow which: once accepted never unaccepted, once stopped never started again. "" is before a case begins."""
CHANNELS: Mapping[str, str] = {"desk": "窗口收件", "apply": "网上申办"}


def graph_problems(body: Body) -> Iterator[Problem]:
    """Everything that is wrong with states and ways between them."""
    yield from _unknown(body)
    yield from _beginnings(body)
    yield from _clocks(body)
    yield from reach_problems(body)


def _unknown(body: Body) -> Iterator[Problem]:
    known = {state["code"] for state in body["states"]}
    for n, action in enumerate(body["actions"]):
        places = [(f"actions/{n}/from/{m}", code) for m, code in enumerate(action["from"])] + [
            (f"actions/{n}/to", action["to"])
        ]
        for place, code in places:
            if code not in known:
                yield Problem(place, f"没有状态“{code}”", "请改选已有的状态，或先增加这个状态")
        if not action["from"] and "begins" not in action:
            yield Problem(
                f"actions/{n}/from",
                f"动作“{action['title']}”没有可办理的状态",
                "请选择在哪些状态下可以办理，或设为开始办件的动作",
            )


def _beginnings(body: Body) -> Iterator[Problem]:
    for channel, title in CHANNELS.items():
        places = [n for n, action in enumerate(body["actions"]) if action.get("begins") == channel]
        if not places:
            yield Problem("actions", f"没有以“{title}”开始办件的动作", f"请在一个动作的“开始办件”中选“{title}”")
        for n in places[1:]:
            yield Problem(f"actions/{n}/begins", f"以“{title}”开始办件的动作不止一个", "请只留一个")


def _clocks(body: Body) -> Iterator[Problem]:
    clock = {state["code"]: state["clock"] for state in body["states"]}
    title = {state["code"]: state["title"] for state in body["states"]}
    for n, action in enumerate(body["actions"]):
        after = clock.get(action["to"], "")
        sources = [*action["from"], *([""] if "begins" in action else [])]
        for source in sources if after else ():
            before = clock.get(source, "")
            if after not in FOLLOWS[before]:
                words = f"“{title.get(source, '')}”是“{CLOCKS[before]}”，“{title[action['to']]}”是“{CLOCKS[after]}”：计时不能倒退或重新开始"
                yield Problem(f"actions/{n}/to", words, "请改选办理后的状态，或更正状态的计时")
        yield from _clock_effects(action, n, clock)
    for n, state in enumerate(body["states"]):
        if state.get("ended", False) and state["clock"] not in ("stopped", "none"):
            yield Problem(f"states/{n}/clock", f"“{state['title']}”已办结，却还在计时", "请把计时改为“已停止”")


def _clock_effects(action: Body, n: int, clock: Mapping[str, str]) -> Iterator[Problem]:
    effects, after = action.get("effects", ()), clock.get(action["to"], "")
    if "deem" in effects and after != "running":
        yield Problem(f"actions/{n}/effects", "“视为受理”之后须开始计算办理期限", "请改选计时为“办理期限”的状态")
    if "extend" in effects and (after != "running" or any(clock.get(code) != "running" for code in action["from"])):
        yield Problem(
            f"actions/{n}/effects", "“延长办理期限”只能在计算办理期限时进行", "请改选前后状态，或去掉这一效果"
        )


def reach_problems(body: Body) -> Iterator[Problem]:
    """States that no action leads to, and those from which none leads to an end."""
    ways: dict[str, set[str]] = {state["code"]: set() for state in body["states"]}
    for action in body["actions"]:
        for source in action["from"]:
            ways.setdefault(source, set()).add(action["to"])
    begun = _closure([a["to"] for a in body["actions"] if "begins" in a], ways)
    back: dict[str, set[str]] = {}
    for source, targets in ways.items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    ending = _closure([s["code"] for s in body["states"] if s.get("ended", False)], back)
    for n, state in enumerate(body["states"]):
        if state["code"] not in begun:
            yield Problem(f"states/{n}", f"没有动作能到达状态“{state['title']}”", "请增加到达它的动作，或删去这个状态")
        if state["code"] not in ending:
            yield Problem(f"states/{n}", f"状态“{state['title']}”走不到办结", "请增加离开它的动作，或标为“已办结”")


def _closure(starts: Iterable[str], ways: Mapping[str, Any]) -> set[str]:
    found, waiting = set(starts), list(starts)
    while waiting:
        for following in ways.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found
