"""Items by name, code, alias, pinyin and department. The words to look in are made when a version is stored."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
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


@lru_cache(maxsize=4096)
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
class Row:
    """One version of an item, ready for searching; the same in every release that has this version.

    `names`, `pinyin`, `initials`, `codes`: a line for each, see `_lines`.
    """

    code: str
    title: str
    department: str
    state: str
    themes: Sequence[str]
    case_type: str
    features: Mapping[str, Any]
    names: str
    pinyin: str
    initials: str
    codes: str
    letters: frozenset[str]

    def rank(self, wanted: str) -> int | None:
        """Smaller is nearer; None is no match. 7 stays free for the department."""
        start, long = f"\n{wanted}", len(wanted) > 1
        if wanted in self.names:
            if start in self.names:
                return 0 if f"{start}\n" in self.names else 1
            return 2 if start in self.initials else 3 if start in self.codes else 4
        if start in self.initials:
            return 2
        if start in self.codes:
            return 3
        if start in self.pinyin:
            return 5
        if long and wanted in self.initials:
            return 6
        if len(wanted) > 2 and wanted in self.pinyin:
            return 8
        return 9 if long and self._scattered(wanted) else None

    def _scattered(self, wanted: str) -> bool:
        """All letters of `wanted` in a name, in order: 公共卫生许可 finds 公共场所卫生许可."""
        return not wanted.isascii() and self.letters.issuperset(wanted) and any(_in_order(wanted, name) for name in self.names.split("\n"))


def _in_order(wanted: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in wanted)


def _lines(words: Sequence[str]) -> str:
    """One text to look in: a line each, so that a line break before a word means “begins with”."""
    return "\n".join(("", *words, ""))


def row_of(code: str, title: str, words: Mapping[str, Any]) -> Row:
    """From what `search_words` kept."""
    names = _lines(words["names"])
    return Row(
        code, title, words["department"], words["state"], tuple(words["themes"]), words["case_type"], words["features"],
        names, _lines(words["pinyin"]), _lines(words["initials"]), _lines(words["codes"]), frozenset(names),
    )  # fmt: skip


class ItemIndex:
    """Immutable; a release's items ready for searching. `departments`: by code, as in the organisation."""

    def __init__(self, rows: Iterable[Row], departments: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = tuple(rows)
        self._titles = {code: str(found.get("short_title") or found.get("title") or "") for code, found in departments.items()}
        self._spoken = {code: _spoken(found) for code, found in departments.items()}

    def entries(self) -> list[ItemEntry]:
        return [self._entry(row) for row in self._rows]

    def find(self, query: str, limit: int = 20, department: str | None = None, theme: str | None = None) -> list[ItemEntry]:
        """The nearest first; active items before others. An empty query lists all that fit the filters."""
        words = [(word, self._departments(word)) for word in query[:100].lower().split()[:8]]
        found = []
        for row in self._rows:
            if (department and row.department != department) or (theme and theme not in row.themes) or row.state == "draft":
                continue
            nearest = _worst_rank(row, words)
            if nearest is not None:
                found.append((row.state != "active", nearest, len(row.title), row.code, row))
        return [self._entry(hit[4]) for hit in heapq.nsmallest(limit, found, key=lambda hit: hit[:4])]

    def _departments(self, word: str) -> frozenset[str]:
        return frozenset(code for code, names in self._spoken.items() if any(word in name for name in names))

    def _entry(self, row: Row) -> ItemEntry:
        title = self._titles.get(row.department, "")
        return ItemEntry(row.code, row.title, row.department, title, row.state, row.themes, row.case_type, row.features)


def _worst_rank(row: Row, words: Sequence[tuple[str, frozenset[str]]]) -> int | None:
    worst = 0
    for word, departments in words:
        rank = row.rank(word)
        if row.department in departments and (rank is None or rank > 7):
            rank = 7
        if rank is None:
            return None
        worst = max(worst, rank)
    return worst


def _spoken(department: Mapping[str, Any]) -> list[str]:
    names = [str(department[key]).lower() for key in ("title", "short_title") if department.get(key)]
    return [*names, *(pinyin(name)[1] for name in names)]
