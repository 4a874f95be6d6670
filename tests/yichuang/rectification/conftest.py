"""A hall with a bad review of a service at window b12, and those who handle it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.yichuang.reviews.conftest import (  # noqa: F401 - fixtures
    BOTH,
    HallAtWork,
    given,
    hall,
    hall_settings,
    packed_postgresql,
    packed_sqlite,
    republish,
    served,
)
from yichuang.access.grants import Grants
from yichuang.ports import Actor, Place
from yichuang.rectification.record import Deed, Rectification, Told, Wanted
from yichuang.reviews.review import Invitation, Review

MANAGER = Actor("manager", "大厅主任", frozenset({"SUPERVISOR"}))
SECOND = Actor("manager2", "副主任", frozenset({"SUPERVISOR"}))
APPROVER = Actor("approver", "部门审批员", frozenset({"DEPT_APPROVER"}), None, Place(department="scjg"))
OTHER = Actor("elsewhere", "别的部门", frozenset({"DEPT_APPROVER"}), None, Place(department="rsj"))
LEAD = Actor("lead", "窗口组长", frozenset({"COUNTER_LEAD"}), None, Place(hall="district_hall"))
PNG = b"\x89PNG\r\n\x1a\n"
"""No more than what a PNG begins with."""


@dataclass
class Handled:
    """One bad review, and the verbs of its handling as a member."""

    hall: HallAtWork
    service: Invitation
    review: Review

    def grants(self, who: Actor) -> Grants:
        return self.hall.services.authority.grants(who)

    @property
    def key(self) -> str:
        return self.mine(MANAGER)[0].id

    def mine(self, who: Actor, tab: str = "open", **wanted: Any) -> list[Rectification]:
        return list(self.hall.services.rectifications.list(Wanted(tab, **wanted), who, self.grants(who)).lines)

    def told(self, who: Actor = MANAGER) -> Told:
        return self.hall.services.rectifications.find(self._id(), who, self.grants(who))

    def act(self, action: str, who: Actor = MANAGER, **more: Any) -> Rectification:
        pictures = more.pop("pictures", ())
        department, revision = more.pop("department", ""), more.pop("revision", None)
        key = more.pop("key", str(uuid.uuid4()))
        revision = self.told().line.revision if revision is None else revision
        deed = Deed(action, more, revision, key, department, pictures)
        return self.hall.services.rectifications.act(self._id(), deed, who, self.grants(who))

    def offers(self, who: Actor = MANAGER) -> Mapping[str, bool]:
        return {offer["code"]: offer["allowed"] for offer in self.told(who).offers}

    def _id(self) -> str:
        return next(one.id for one in self.mine(MANAGER, "all") if one.review_id == self.review.id)


@pytest.fixture
def handled(hall: HallAtWork, served: Callable[[], Invitation]) -> Handled:  # noqa: F811
    service = served()
    review = hall.services.reviews.give(service.path.removeprefix("/r/"), given(1, tags=["115"], words="等了很久，态度差"))
    return Handled(hall, service, review)
