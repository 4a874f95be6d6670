"""Subjects in words people know: windows, items, halls, departments, tags by their titles in a release."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.ports import DefinitionView
from yichuang.warnings.compiled import SAME, Rule, span_words


@dataclass(frozen=True, slots=True)
class Titles:
    places: Mapping[str, str]
    tags: Mapping[str, str]
    items: Mapping[str, str]

    def subject(self, same: str, key: str) -> str:
        """A device and a person are not named: the page's reader need not know which."""
        if same == "tag_at_item":
            item, _, tag = key.rpartition("/")
            return f"“{self.items.get(item, item)}”的标签“{self.tags.get(tag, tag)}”"
        if same == "item":
            return f"“{self.items.get(key, key)}”"
        if same in ("device", "clerk"):
            return f"同一{SAME[same]}"
        return self.places.get(key, key)

    def repeated(self, rule: Rule, key: str, times: int) -> str:
        what = "差评" if rule.body.get("reviews", "bad") == "bad" else "评价"
        within = f"{span_words(rule.body['within'])}内 " if rule.times > 1 else ""
        return f"{self.subject(rule.same, key)}：{within}{times} 次{what}"


def compile_titles(view: DefinitionView, _code: str) -> Titles:
    """A snapshot's maker."""
    places: dict[str, str] = {}
    for code in view.codes("organisation"):
        _gather(view.find("organisation", code) or {}, places)
    bodies = [view.find("review", code) or {} for code in view.codes("review")]
    tags = {str(tag["code"]): str(tag["title"]) for body in bodies for tag in body.get("tags", ())}
    items = {code: str((view.find("item", code) or {}).get("title", code)) for code in view.codes("item")}
    return Titles(places, tags, items)


def _gather(body: Mapping[str, Any], places: dict[str, str]) -> None:
    for part in ("departments", "halls", "streets", "windows"):
        for entry in body.get(part, ()):
            places.setdefault(str(entry.get("code", "")), str(entry.get("short_title") or entry.get("title", "")))
            _gather(entry, places)
