"""Where members of staff belong, as the system administrator records it: choices, words, and what is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.errors import InputRefused
from yichuang.ports import Body, DefinitionView, Place


@dataclass(frozen=True, slots=True)
class Posts:
    """Departments, halls and streets of the release in force: code → title, and each hall's street."""

    departments: Mapping[str, str]
    halls: Mapping[str, str]
    streets: Mapping[str, str]
    street_of: Mapping[str, str]

    def words(self, place: Place) -> str:
        """`八角街道便民服务中心 · 八角街道`; codes that are no longer there stand as they are. Empty without a posting."""
        named = ((self.departments, place.department), (self.halls, place.hall), (self.streets, place.street))
        return " · ".join(titles.get(code, f"{code}（已不存在）") for titles, code in named if code)

    def chosen(self, form: Mapping[str, str]) -> Place:
        """A hall brings its street along. Raises `InputRefused` for what isn't there or doesn't go together."""
        department, hall, street = (form.get(name, "").strip() for name in ("department", "hall", "street"))
        for name, code, titles in (("部门", department, self.departments), ("大厅", hall, self.halls), ("街道", street, self.streets)):
            if code and code not in titles:
                raise InputRefused(f"没有这个{name}，请从列表中选择", problems=[{"field": name, "message": "请从列表中选择"}])
        place = Place(department, hall, street or self.street_of.get(hall, ""))
        if hall and place.street != self.street_of.get(hall, ""):
            words = f"“{self.halls[hall]}”不在所选的街道，请核对大厅和街道"
            raise InputRefused(words, problems=[{"field": "street", "message": words}])
        return place


def compile_posts(view: DefinitionView, _code: str = "") -> Posts:
    """A maker for `Snapshot.compiled`."""
    bodies = [view.find("organisation", code) or {} for code in view.codes("organisation")]
    halls = list(_part(bodies, "halls"))
    return Posts(
        {entry["code"]: str(entry.get("short_title") or entry["title"]) for entry in _part(bodies, "departments")},
        {entry["code"]: str(entry["title"]) for entry in halls},
        {entry["code"]: str(entry["title"]) for entry in _part(bodies, "streets")},
        {entry["code"]: str(entry["street"]) for entry in halls if entry.get("street")},
    )


def _part(bodies: list[Body], name: str) -> Iterator[Any]:
    for body in bodies:
        yield from body.get(name, ())
