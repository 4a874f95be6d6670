"""What is particular about items (事项特殊性): which are entrusted, under commitment, instant and so on, by department, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

FEATURES: Mapping[str, str] = {
    "entrusted": "委托受理", "commitment": "告知承诺", "instant": "即办", "cross_scope": "跨区通办", "secondary_entry": "需二次录入",
    "e_licence_result": "结果为电子证照", "online": "可网上办理", "reservable": "可预约", "express": "可寄递", "terminal": "可自助终端办理",
    "urgent": "可先办后补",
}  # fmt: skip
BASIS = "按所选版本中状态为“在用”的事项统计，一个办理项计一项；特殊性以事项定义中“特殊性”一栏为准，跨区通办指填有通办范围"


class Release(Protocol):
    """A snapshot, as far as items need it."""

    def words(self, kind: str) -> Mapping[str, Mapping[str, Any]]: ...

    def titles(self, kind: str) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Item:
    """`features`: the codes that hold; `scope` the code of its cross-district scope, empty without."""

    code: str
    title: str
    department: str
    features: frozenset[str]
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An item whose particularity differs: `kind` is added, removed or changed; `gained` and `lost` are codes of features."""

    item: Item
    kind: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def items(release: Release) -> list[Item]:
    """Active items by title."""
    titles = release.titles("item")
    return sorted(
        (_item(code, titles[code], words) for code, words in release.words("item").items() if words.get("state", "active") == "active"),
        key=lambda item: (item.department, item.title),
    )


def _item(code: str, title: str, words: Mapping[str, Any]) -> Item:
    features = words.get("features") or {}
    held = frozenset(feature for feature in FEATURES if features.get(feature))
    return Item(code, title, str(words.get("department", "")), held, str(features.get("cross_scope") or ""))


def by_department(listed: Sequence[Item]) -> dict[str, dict[str, int]]:
    """Department → `items` and the number of each feature."""
    found: dict[str, dict[str, int]] = {}
    for item in listed:
        row = found.setdefault(item.department, {"items": 0} | dict.fromkeys(FEATURES, 0))
        row["items"] += 1
        for feature in item.features:
            row[feature] += 1
    return found


def changes(before: Release, after: Release) -> list[Change]:
    """What differs in particularity between two releases; an item that begins or ends being in use counts as added or removed."""
    old, new = ({item.code: item for item in items(release)} for release in (before, after))
    found = [_change(old.get(code), new.get(code)) for code in sorted(old.keys() | new.keys())]
    return [change for change in found if change is not None]


def _change(old: Item | None, new: Item | None) -> Change | None:
    item = new or old
    assert item is not None
    had, has = (old.features if old else frozenset()), (new.features if new else frozenset())
    if old and new and had == has and old.scope == new.scope:
        return None
    kind = "changed" if old and new else "added" if new else "removed"
    order = list(FEATURES)
    return Change(item, kind, tuple(sorted(has - had, key=order.index)), tuple(sorted(had - has, key=order.index)))
