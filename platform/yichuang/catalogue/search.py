"""Items by name, code, alias, pinyin and department. The words to look in are made when a version is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pypinyin import Style, lazy_pinyin

from yichuang.ports import Body


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """What a list of items shows. `department_title` may be empty when the organisation lacks it."""

    code: str
    title: str
    department: str
    department_title: str
    state: str
    themes: Sequence[str]
    case_type: str
    features: Mapping[str, Any]


def pinyin(text: str) -> tuple[str, str]:
    """`食品` → (`shipin`, `sp`); letters and digits stay."""
    kept = "".join(letter for letter in text if letter.isalnum())
    return "".join(lazy_pinyin(kept)).lower(), "".join(lazy_pinyin(kept, style=Style.FIRST_LETTER)).lower()


def search_words(body: Body) -> dict[str, Any]:
    """What is kept beside an item's version for searching and listing, so that bodies need not be read for it."""
    names = [str(body.get("title", "")), *map(str, body.get("keywords", ()))]
    spoken = [pinyin(name) for name in names]
    return {
        "names": [name.lower() for name in names],
        "pinyin": [full for full, _ in spoken],
        "initials": [short for _, short in spoken],
        "codes": [str(body[key]).lower() for key in ("code", "base_code", "impl_code", "handling_code") if body.get(key)],
        "department": body.get("department", ""),
        "state": body.get("state", "active"),
        "themes": list(body.get("themes", ())),
        "case_type": body.get("case_type", ""),
        "features": {key: value for key, value in (body.get("features") or {}).items() if value},
    }


@dataclass(frozen=True, slots=True)
class _Row:
    entry: ItemEntry
    names: Sequence[str]
    pinyin: Sequence[str]
    initials: Sequence[str]
    codes: Sequence[str]
    department: Sequence[str]

    def rank(self, wanted: str) -> int | None:
        """Smaller is nearer; None is no match."""
        tests = (
            (0, any(name == wanted for name in self.names)),
            (1, any(name.startswith(wanted) for name in self.names)),
            (2, any(short.startswith(wanted) for short in self.initials)),
            (3, any(code.startswith(wanted) for code in self.codes)),
            (4, any(wanted in name for name in self.names)),
            (5, any(full.startswith(wanted) for full in self.pinyin)),
            (6, len(wanted) > 1 and any(wanted in short for short in self.initials)),
            (7, any(wanted in name for name in self.department)),
            (8, len(wanted) > 2 and any(wanted in full for full in self.pinyin)),
            (9, len(wanted) > 1 and not wanted.isascii() and any(_scattered(wanted, name) for name in self.names)),
        )
        return next((rank for rank, found in tests if found), None)


def _scattered(wanted: str, name: str) -> bool:
    """All letters of `wanted` in `name`, in order: 公共卫生许可 finds 公共场所卫生许可."""
    rest = iter(name)
    return all(letter in rest for letter in wanted)


class ItemIndex:
    """Immutable; a release's items ready for searching."""

    def __init__(self, items: Iterable[tuple[str, str, Mapping[str, Any]]], departments: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = tuple(_row(code, title, words, departments.get(words["department"], {})) for code, title, words in items)

    def entries(self) -> list[ItemEntry]:
        return [row.entry for row in self._rows]

    def find(self, query: str, limit: int = 20, department: str | None = None, theme: str | None = None) -> list[ItemEntry]:
        """The nearest first; active items before others. An empty query lists all that fit the filters."""
        words = query.strip().lower().split()
        found = []
        for row in self._rows:
            entry = row.entry
            if (department and entry.department != department) or (theme and theme not in entry.themes) or entry.state == "draft":
                continue
            ranks = [row.rank(word) for word in words]
            if None not in ranks:
                nearest = max((rank for rank in ranks if rank is not None), default=0)
                found.append((entry.state != "active", nearest, len(entry.title), entry.code, entry))
        found.sort(key=lambda hit: hit[:4])
        return [hit[4] for hit in found[:limit]]


def _row(code: str, title: str, words: Mapping[str, Any], department: Mapping[str, Any]) -> _Row:
    names = [str(department[key]).lower() for key in ("title", "short_title") if department.get(key)]
    spoken = [short for name in names for short in pinyin(name)[1:]]
    entry = ItemEntry(
        code, title, words["department"], str(department.get("short_title") or department.get("title") or ""), words["state"],
        tuple(words["themes"]), words["case_type"], words["features"],
    )  # fmt: skip
    return _Row(entry, words["names"], words["pinyin"], words["initials"], words["codes"], [*names, *spoken])
