"""The review rules of a release, ready to be asked: which steps are services, how long, which tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yichuang.errors import DefinitionMissing
from yichuang.ports import Body, DefinitionView

KIND = "review"
DESK = "desk"
ONCE_PER_CASE = "once_per_case"
ALIKE = 5


@dataclass(frozen=True, slots=True)
class Tag:
    """Empty `channels`: all of them."""

    code: str
    grade: int
    title: str
    channels: frozenset[str]
    disabled: bool = False

    def shows(self, channel: str) -> bool:
        return not self.disabled and (not self.channels or channel in self.channels)

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "grade": self.grade, "title": self.title}


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """One definition of the kind `review`."""

    body: Body
    tags: Mapping[str, Tag]
    grades: Mapping[int, str]

    @property
    def code(self) -> str:
        return str(self.body["code"])

    def service(self, step: str, channel: str) -> str | None:
        """What a step of a case of this channel is called as a service; None where it is none."""
        found = self._service(step, channel)
        return str(found["name"]) if found else None

    def invites(self, step: str, channel: str, where: str) -> bool:
        """Whether to ask for a review of such a service: on the `screen`, on `paper`, in `apply`."""
        found = self._service(step, channel)
        return found is not None and where in found["invite"]

    def _service(self, step: str, channel: str) -> Mapping[str, Any] | None:
        services: Sequence[Mapping[str, Any]] = self.body["services"]
        fitting = (one for one in services if one["step"] == step and (not one.get("channels") or channel in one["channels"]))
        return next(fitting, None)

    def once_per_case(self, channel: str) -> bool:
        """一事一评; at the counter always 一次一评."""
        return channel != DESK and self.body["online"] == ONCE_PER_CASE

    def until(self, at: datetime) -> datetime:
        """The last moment to review a service of this moment: the end of that day."""
        day = at + timedelta(days=int(self.body["window_days"]))
        return day.replace(hour=23, minute=59, second=59, microsecond=0)

    def offered(self, channel: str) -> Sequence[Tag]:
        """The tags of a channel, in the definition's order."""
        return [tag for tag in self.tags.values() if tag.shows(channel)]

    @property
    def words_max(self) -> int:
        return int(self.body["words_max"])

    @property
    def most_pictures(self) -> int:
        return int(self.body["pictures"]["most"])

    @property
    def picture_bytes(self) -> int:
        return int(self.body["pictures"]["size_mb"]) * 1024 * 1024

    @property
    def alike_minimum(self) -> int:
        """How many people's services must share what is told of one to those who may not find out who reviewed it."""
        return int(self.body.get("alike_minimum", ALIKE))

    @property
    def default_days(self) -> int:
        """After how many days silence becomes a default review; 0 for never."""
        given = self.body.get("default_review") or {}
        return int(given.get("after_days", 7)) if given.get("enabled") else 0

    @property
    def default_grade(self) -> int:
        return int((self.body.get("default_review") or {}).get("grade", 3))


def rules_of(body: Body) -> ReviewRules:
    tags = (
        Tag(str(tag["code"]), int(tag["grade"]), str(tag["title"]), frozenset(tag.get("channels", ())), bool(tag.get("disabled")))
        for tag in body["tags"]
    )
    grades = {int(one["grade"]): str(one["title"]) for one in body["grades"]}
    return ReviewRules(body, {tag.code: tag for tag in tags}, {grade: grades[grade] for grade in sorted(grades, reverse=True)})


@dataclass(frozen=True, slots=True)
class AllRules:
    """Those of a release. `of(item)`: the one that names the item, else the one for all."""

    by_item: Mapping[str, ReviewRules]
    general: ReviewRules | None

    def of(self, item: str) -> ReviewRules | None:
        return self.by_item.get(item, self.general)

    def get(self, item: str) -> ReviewRules:
        """Raises `DefinitionMissing`."""
        found = self.of(item)
        if found is None:
            raise DefinitionMissing("没有发布好差评规则，请联系事项管理员")
        return found


def compile_rules(view: DefinitionView, _code: str) -> AllRules:
    """A snapshot's maker: `snapshot.compiled(compile_rules, "")`."""
    by_item: dict[str, ReviewRules] = {}
    general: ReviewRules | None = None
    for code in view.codes(KIND):
        body = view.find(KIND, code)
        if body is None:
            continue
        rules = rules_of(body)
        for item in body.get("items") or ():
            by_item.setdefault(str(item), rules)
        if not body.get("items"):
            general = general or rules
    return AllRules(by_item, general)
