"""The values of a draft: what people wrote, whose it is, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yichuang.errors import InputRefused

EDITING, SUBMITTED, DISCARDED, REVISING = "editing", "submitted", "discarded", "revising"
OPEN = (EDITING, REVISING)
"""In which a draft is written to. `revising`: it is a case already, given back in pre-review to be changed and sent again."""

CHANNELS = {"desk": "窗口", "apply": "手机"}
MAX_PARTS = {"situation": 200, "answers": 1000, "applicant": 20}


@dataclass(frozen=True, slots=True)
class Visitor:
    """An applicant without an account, known by the unguessable token in their cookie."""

    token: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is filled in: `situation` {question: option(s)}, `answers` as in `yichuang.forms`, `applicant` {fact: value}."""

    situation: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    applicant: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"situation": dict(self.situation), "answers": dict(self.answers), "applicant": dict(self.applicant)}


def content_of(raw: Mapping[str, Any]) -> Content:
    """Raises `InputRefused` when a part is no object or has far more keys than any form."""
    parts = {name: raw.get(name) or {} for name in MAX_PARTS}
    problems = [
        {"field": name, "message": "内容格式不对，请刷新页面后再试"}
        for name, part in parts.items()
        if not isinstance(part, dict) or len(part) > MAX_PARTS[name]
    ]
    if problems:
        raise InputRefused(problems=problems)
    return Content(**parts)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list: nothing personal but `label`, the applicant's masked name, where a list was asked for."""

    id: str
    item: str
    item_title: str
    release: int
    channel: str
    state: str
    revision: int
    number: str | None
    started_at: datetime
    updated_at: datetime
    label: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "item": self.item,
            "item_title": self.item_title,
            "release": self.release,
            "channel": self.channel,
            "channel_title": CHANNELS[self.channel],
            "state": self.state,
            "revision": self.revision,
            "number": self.number,
            "label": self.label,
            "started_at": self.started_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its content."""

    line: DraftLine
    content: Content

    def as_dict(self) -> dict[str, Any]:
        return self.line.as_dict() | self.content.as_dict()
