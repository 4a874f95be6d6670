"""Drafts: durable, revisioned, sealed, each its holder's alone, decided again at submit."""

import dataclasses
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.cases.draft import Content, Draft, Visitor
from yichuang.cases.model import drafts as rows
from yichuang.cases.service import Drafts
from yichuang.database import Database
from yichuang.errors import (
    AnswersInvalid,
    Conflict,
    DefinitionMissing,
    DraftMissing,
    DraftOutdated,
    InputRefused,
    ItemNotOpen,
)
from yichuang.ports import SHANGHAI, Actor

CLERK, OTHER = Actor("wang", roles=frozenset({"COUNTER_CLERK"})), Actor("li", roles=frozenset({"COUNTER_CLERK"}))
LEAD = Actor("zhao", roles=frozenset({"COUNTER_LEAD"}))
VISITOR = Visitor("t" * 43)


def numbered(_connection: object, draft: Draft, _item: object) -> str:
    return f"110107-2026-{draft.line.id[:7]}"


FORM = {
    "kind": "form",
    "code": "shop",
    "title": "开店",
    "sections": [
        {
            "code": "s",
            "title": "基本",
            "fields": [
                {"code": "owner", "type": "text", "title": "经营者", "required": True},
                {"code": "area", "type": "number", "title": "面积", "min": 1},
                {
                    "code": "chain",
                    "type": "text",
                    "title": "总部",
                    "visible_when": {"fact": "form.area", "op": "gt", "value": 100},
                },
            ],
        }
    ],
}
ITEM = {
    "kind": "item",
    "code": "shop",
    "title": "开店登记",
    "state": "active",
    "department": "scjg",
    "case_type": "1",
    "form": "shop",
    "materials": [],
    "situations": [
        {"code": "who", "title": "谁来办", "kind": "single", "options": [{"code": "self", "title": "本人"}, {"code": "agent", "title": "代办"}]}
    ],
}


class Release:
    """A release in memory."""

    def __init__(self, number: int, **kinds: Mapping[str, Any]) -> None:
        self.release = number
        self._kinds = kinds

    def find(self, kind: str, code: str) -> Any:
        return self._kinds.get(kind, {}).get(code)

    def get(self, kind: str, code: str) -> Any:
        body = self.find(kind, code)
        if body is None:
            raise DefinitionMissing
        return body

    def codes(self, kind: str) -> Sequence[str]:
        return sorted(self._kinds.get(kind, {}))

    def compiled(self, maker: Callable[[Any, str], Any], code: str) -> Any:
        return maker(self, code)


class Releases:
    def __init__(self) -> None:
        self.all = [Release(1, item={"shop": ITEM}, form={"shop": FORM})]

    def current(self) -> Release:
        return self.all[-1]

    def at(self, number: int) -> Release:
        return self.all[number - 1]

    def change(self, **item: Any) -> None:
        self.all.append(Release(len(self.all) + 1, item={"shop": {**ITEM, **item}}, form={"shop": FORM}))


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment


@dataclasses.dataclass
class Room:
    drafts: Drafts
    releases: Releases
    clock: Hands
    audit: Audit
    database: Database


@pytest.fixture
def room(database: Database) -> Room:
    releases, clock = Releases(), Hands()
    audit = Audit(database, clock)
    drafts = Drafts(database, releases, Vault("k" * 32), audit, clock, lambda who, _clerk, _window: who == LEAD)  # type: ignore[arg-type]
    return Room(drafts, releases, clock, audit, database)


FILLED = Content({"who": "self"}, {"owner": "张三", "area": "50", "chain": "无"}, {})


def test_a_draft_keeps_the_release_it_was_started_under(room: Room) -> None:
    draft = room.drafts.start("shop", CLERK)
    room.releases.change(title="新名字")
    assert room.drafts.open(draft.line.id, CLERK).line.release == 1
    assert room.drafts.item_of(draft.line).body["title"] == "开店登记"
    assert room.drafts.start("shop", CLERK).line.release == 2


def test_every_save_is_the_next_revision_and_can_be_read_back(room: Room) -> None:
    draft = room.drafts.start("shop", CLERK)
    line = room.drafts.save(draft.line.id, 1, FILLED, CLERK)
    assert line.revision == 2
    assert room.drafts.open(draft.line.id, CLERK).content == FILLED


def test_an_outdated_save_changes_nothing_and_brings_what_stands_there(room: Room) -> None:
    draft = room.drafts.start("shop", CLERK)
    room.drafts.save(draft.line.id, 1, FILLED, CLERK)
    with pytest.raises(DraftOutdated) as caught:
        room.drafts.save(draft.line.id, 1, Content(answers={"owner": "李四"}), CLERK)
    assert caught.value.extra["current"]["answers"]["owner"] == "张三"
    assert caught.value.extra["current"]["revision"] == 2
    assert room.drafts.open(draft.line.id, CLERK).content == FILLED


def test_of_two_saves_of_one_revision_at_the_same_moment_one_is_told(room: Room) -> None:
    for _ in range(15):
        draft, told = room.drafts.start("shop", CLERK), []
        together = threading.Barrier(4)

        def save(name: str, key: str = draft.line.id, start: threading.Barrier = together, said: list[str] = told) -> None:
            start.wait(10)
            try:
                room.drafts.save(key, 1, Content(answers={"owner": name}), CLERK)
                said.append(name)
            except DraftOutdated:
                said.append("outdated")

        writers = [threading.Thread(target=save, args=(name,)) for name in "甲乙丙丁"]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(20)
        winner = [name for name in told if name != "outdated"]
        assert len(told) == 4 and len(winner) == 1
        assert room.drafts.open(draft.line.id, CLERK).content.answers["owner"] == winner[0]


def test_what_people_wrote_is_sealed_in_the_database(room: Room) -> None:
    draft = room.drafts.start("shop", CLERK, FILLED)
    with room.database.reading() as connection:
        row = connection.execute(select(rows)).one()
    assert "张三" not in " ".join(map(str, row))
    assert draft.line.id == row.id


def test_a_draft_asked_for_twice_under_one_id_is_started_once(room: Room) -> None:
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    first = room.drafts.start("shop", CLERK, FILLED, key)
    again = room.drafts.start("shop", CLERK, FILLED, key)
    assert first.line.id == again.line.id == key
    assert len(room.drafts.mine(CLERK)) == 1


def test_an_id_that_is_no_uuid_is_refused(room: Room) -> None:
    with pytest.raises(InputRefused):
        room.drafts.start("shop", CLERK, None, "../../etc")


def test_another_clerk_finds_nothing_but_the_lead_does(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, FILLED).line.id
    for attempt in (
        lambda: room.drafts.open(key, OTHER),
        lambda: room.drafts.save(key, 1, FILLED, OTHER),
        lambda: room.drafts.submit(key, 1, OTHER, numbered),
        lambda: room.drafts.discard(key, OTHER),
        lambda: room.drafts.open(key, VISITOR),
        lambda: room.drafts.start("shop", OTHER, FILLED, key),
    ):
        with pytest.raises(DraftMissing):
            attempt()
    assert room.drafts.open(key, LEAD).content == FILLED
    assert room.drafts.mine(OTHER) == []


def test_submit_decides_again_and_says_all_faults_with_their_paths(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, Content(answers={"area": "0"})).line.id
    with pytest.raises(AnswersInvalid) as caught:
        room.drafts.submit(key, 1, CLERK, numbered)
    assert [problem["field"] for problem in caught.value.problems] == ["who", "owner", "area"]
    assert all(problem["message"] for problem in caught.value.problems)
    assert room.drafts.open(key, CLERK).line.state == "editing"


def test_a_submitted_draft_has_a_number_keeps_what_was_visible_and_never_changes(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, FILLED).line.id
    done = room.drafts.submit(key, 1, CLERK, numbered)
    assert done.line.number is not None
    assert done.line.number == f"110107-2026-{key[:7]}"
    assert dict(done.content.answers) == {"owner": "张三", "area": "50"}
    for attempt in (
        lambda: room.drafts.save(key, 2, FILLED, CLERK),
        lambda: room.drafts.submit(key, 2, CLERK, numbered),
        lambda: room.drafts.discard(key, CLERK),
        lambda: room.drafts.renew(key, CLERK),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_submit_with_an_old_revision_is_refused(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, FILLED).line.id
    room.drafts.save(key, 1, FILLED, CLERK)
    with pytest.raises(DraftOutdated):
        room.drafts.submit(key, 1, CLERK, numbered)


def test_renewing_takes_the_answers_to_the_current_release_and_puts_the_old_draft_aside(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, FILLED).line.id
    room.releases.change(title="新名字")
    fresh = room.drafts.renew(key, CLERK)
    assert (fresh.line.release, fresh.content) == (2, FILLED)
    assert [line.id for line in room.drafts.mine(CLERK)] == [fresh.line.id]


def test_an_item_that_is_suspended_cannot_be_begun(room: Room) -> None:
    room.releases.change(state="suspended", state_note="系统升级")
    with pytest.raises(ItemNotOpen, match="系统升级"):
        room.drafts.start("shop", CLERK)
    with pytest.raises(DefinitionMissing):
        room.drafts.start("nowhere", CLERK)


def test_a_prefilled_draft_is_taken_over_once_and_then_the_phone_is_out(room: Room) -> None:
    key = room.drafts.start("shop", VISITOR, FILLED).line.id
    code, _ = room.drafts.prefill(key, VISITOR)
    assert len(code) == 10
    taken = room.drafts.take_over(f" {code[:5].lower()} {code[5:]} ", CLERK)
    assert (taken.line.id, taken.content, taken.line.channel) == (key, FILLED, "apply")
    assert [line.id for line in room.drafts.mine(CLERK)] == [key]
    with pytest.raises(DraftMissing):
        room.drafts.save(key, taken.line.revision, FILLED, VISITOR)
    with pytest.raises(DraftMissing):
        room.drafts.take_over(code, OTHER)


def test_a_prefill_code_ends_with_its_time_and_with_the_next_code(room: Room) -> None:
    key = room.drafts.start("shop", VISITOR, FILLED).line.id
    first, _ = room.drafts.prefill(key, VISITOR)
    second, _ = room.drafts.prefill(key, VISITOR)
    with pytest.raises(DraftMissing):
        room.drafts.take_over(first, CLERK)
    room.clock.moment += timedelta(hours=73)
    with pytest.raises(DraftMissing, match="过期"):
        room.drafts.take_over(second, CLERK)


def test_a_visitor_sees_only_the_drafts_of_their_own_token(room: Room) -> None:
    key = room.drafts.start("shop", VISITOR, FILLED).line.id
    assert [line.id for line in room.drafts.of_visitor(VISITOR, "shop")] == [key]
    assert room.drafts.of_visitor(Visitor("u" * 43)) == []
    with pytest.raises(DraftMissing):
        room.drafts.open(key, Visitor("u" * 43))
    with pytest.raises(DraftMissing):
        room.drafts.open(key, LEAD)


def test_a_discarded_draft_is_gone_with_its_content(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, FILLED).line.id
    room.drafts.discard(key, CLERK)
    with pytest.raises(DraftMissing):
        room.drafts.open(key, CLERK)
    assert room.drafts.mine(CLERK) == []


def test_reading_and_submitting_leave_a_trace_without_personal_data(room: Room) -> None:
    key = room.drafts.start("shop", CLERK, FILLED).line.id
    room.drafts.open(key, LEAD)
    room.drafts.submit(key, 1, CLERK, numbered)
    entries = room.audit.entries("draft", key)
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("wang", "draft.submit"),
        ("zhao", "draft.read"),
        ("wang", "draft.start"),
    ]
    assert "张三" not in " ".join(entry.detail for entry in entries)


def test_mine_names_the_applicant_masked(room: Room) -> None:
    room.drafts.start("shop", CLERK, FILLED)
    assert [line.label for line in room.drafts.mine(CLERK)] == ["张*"]


def test_what_nobody_touched_for_long_is_deleted_but_never_what_was_submitted(room: Room) -> None:
    stale, done = room.drafts.start("shop", CLERK, FILLED).line.id, room.drafts.start("shop", CLERK, FILLED).line.id
    room.drafts.submit(done, 1, CLERK, numbered)
    since = room.clock.moment + timedelta(seconds=1)
    room.clock.moment += timedelta(days=1)
    fresh = room.drafts.start("shop", CLERK, FILLED).line.id
    assert room.drafts.forget(since) == [stale]
    assert {line.id for line in room.drafts.mine(CLERK)} == {done, fresh}
