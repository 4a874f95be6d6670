"""In which order sections, fields and columns are decided, so that what a condition reads is known before it."""

from collections.abc import Iterable, Mapping, Sequence


def node_of(path: str, group: str | None, codes: frozenset[str]) -> str | None:
    """The node that makes a fact: `f:area`, or `c:shareholders.amount` for a column. None for facts from outside."""
    head, _, rest = path.partition(".")
    if head == "row" and group:
        return f"c:{group}.{rest.split('.')[0]}"
    if head != "form":
        return None
    if "[]." in rest:
        owner, _, column = rest.partition("[].")
        return f"c:{owner}.{column.split('.')[0]}"
    code = rest.split(".")[0]
    return f"f:{code}" if code in codes else None


def ordered(needs: Mapping[str, Iterable[str]]) -> tuple[list[str], list[list[str]]]:
    """Nodes in dependency order (otherwise as given), and the cycles. A need that closes a cycle is ignored."""
    done: list[str] = []
    state: dict[str, int] = {}
    cycles: list[list[str]] = []
    for start in needs:
        _visit(start, needs, state, done, cycles)
    return done, cycles


def _visit(
    start: str, needs: Mapping[str, Iterable[str]], state: dict[str, int], done: list[str], cycles: list[list[str]]
) -> None:
    if start in state:
        return
    trail: list[tuple[str, Sequence[str], int]] = [(start, [n for n in needs[start] if n in needs], 0)]
    state[start] = 1
    while trail:
        node, following, at = trail.pop()
        if at == len(following):
            state[node] = 2
            done.append(node)
            continue
        trail.append((node, following, at + 1))
        ahead = following[at]
        if ahead not in state:
            state[ahead] = 1
            trail.append((ahead, [n for n in needs[ahead] if n in needs], 0))
        elif state[ahead] == 1:
            names = [entry[0] for entry in trail]
            cycles.append(names[names.index(ahead) :])
