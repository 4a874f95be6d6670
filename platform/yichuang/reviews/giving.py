"""Giving a review: link, rules, review, message to the city and event in one durable transaction."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from yichuang.direct import Clash, Line
from yichuang.errors import ReviewDelayed, ReviewGiven, ReviewLate, ReviewLinkUnknown, ReviewRefused, YichuangError
from yichuang.outbox.message import Message
from yichuang.ports import SYSTEM, Actor
from yichuang.reviews import anomalies
from yichuang.reviews.asked import Asked, by_id, by_link
from yichuang.reviews.compiled import ReviewRules
from yichuang.reviews.grades import CHANNELS, RECORDED, SILENCE
from yichuang.reviews.ledger import review_of
from yichuang.reviews.model import review_marks, reviews
from yichuang.reviews.review import ANOMALOUS, REVIEW_STEP, REVIEW_TOPIC, VALID, Given, Review, ReviewForm
from yichuang.reviews.saying import faults
from yichuang.reviews.serving import NOWHERE, ON_THE_WAY, Serving

TRIES = 4
DEVICE_LETTERS = 20
"""Of a device's blind index, enough to tell two apart."""
INSIDE = ("subject", "kind")
"""What of a refusal is for the list of anomalies alone."""
GIVEN = "review"
"""The kind of the event."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a review counts as given, and what is odd about that."""

    at: datetime
    anomaly: str = ""


Find = Callable[[], Asked]
When = Callable[[Given, Asked], _Moment]


class Giving(Serving):
    def open(self, token: str, channel: str) -> ReviewForm:
        """What the page shows, the same whether somebody reviewed or not: staff have the link too. Raises `ReviewLinkUnknown`, `ReviewLate`."""
        row = self._by_token(token)
        if self._clock.now() > self._until(row):
            raise ReviewLate
        return self._form(row, channel)

    def own(self, token: str, key: str) -> str:
        """The service's id for the page that sent its review, known by its key; empty for all others. Raises `ReviewLinkUnknown`."""
        row = self._by_token(token)
        return str(row.id) if row.given_key is not None and row.given_key == self._key(row.id, key) else ""

    def give(self, token: str, given: Given) -> Review:
        """Take a review by its link. The same key again is the same review.

        Raises `ReviewLinkUnknown` (forged), `ReviewRefused`, `ReviewLate`, `ReviewGiven` (double); each is noted as an anomaly. In this order: only
        what would be taken as a review is told that there is one, so asking leaves a trace.
        """
        source = given.channel
        try:
            return self._taken(lambda: self._by_token(token), given, self._when)
        except YichuangError as refused:
            self._noted(refused, source, token)
            refused.extra = {name: value for name, value in refused.extra.items() if name not in INSIDE}
            raise

    def record(self, service_id: str, given: Given, actor: Actor) -> Review:
        """What somebody said on the telephone or by SMS, entered by staff and marked so; who was reviewed may not do it.

        Raises `ReviewRefused`, `ReviewGiven`, `ReviewLate`, `ReviewLinkUnknown`.
        """
        if given.channel not in RECORDED:
            raise ReviewRefused(problems=[{"field": "channel", "message": "代录只用于电话和短信"}])
        try:
            return self._taken(lambda: self._by_id(service_id), given, self._told, actor)
        except YichuangError as refused:
            self._noted(refused, given.channel, "")
            raise

    def default(self, service_id: str, grade: int) -> Review | None:
        """Silence, where the rules want it: marked, never counted as given. None when somebody was faster."""
        given = Given(grade, channel=SILENCE)
        try:
            return self._taken(lambda: self._by_id(service_id), given, lambda _g, _r: _Moment(self._clock.now()), SYSTEM)
        except ReviewGiven:
            return None

    # ------------------------------------------------------------------ the transaction

    def _taken(self, find: Find, given: Given, when: When, actor: Actor | None = None) -> Review:
        """Once more when two reviews of one case met; what was given meanwhile is found then."""
        kept = self._pictures(find, given) if given.pictures else []
        for _ in range(TRIES):
            try:
                return self._once(find, given, kept, when, actor)
            except Clash:
                continue
        # Nobody reviewed it, and yet it couldn't be written: whoever sent it keeps it and sends it again.
        raise ReviewGiven(subject=row.id) if (row := find()).given_key is not None else ReviewDelayed

    def _pictures(self, find: Find, given: Given) -> list[dict[str, Any]]:
        """Kept before the transaction begins: a store may be far away. Without a review nothing leads to them."""
        row = find()
        self._check(given, self.rules.get(row.item))
        return self._rooms.pictures.keep(row.id, given.pictures)

    def _once(self, find: Find, given: Given, kept: Sequence[Mapping[str, Any]], when: When, actor: Actor | None) -> Review:
        """Read, decide, write at once. That nobody wrote in between, the unique keys see to."""
        row = find()
        key = self._key(row.id, given.key or str(uuid.uuid4()))
        if row.given_key == key:
            return self._known(row.id)
        if actor is not None and actor.name == row.clerk:
            raise ReviewRefused("不能代录对自己的评价", problems=[{"field": "service", "message": "请由其他人员代录"}])
        rules = self.rules.get(row.item)
        self._check(given, rules)
        moment = when(given, row)
        if row.given_key is not None:
            raise ReviewGiven(subject=row.id)
        fresh = self._values(row, given, rules, moment, key, actor) | {"pictures": json.dumps(kept)}
        review = _as_review(fresh, given.words.strip())
        noted = [self._audit.row(actor, "review.recorded", "service", row.id)] if actor is not None and actor is not SYSTEM else []
        self._database.insert_at_once([*self._rows(row, fresh, review), *noted])
        return review

    def _rows(self, row: Asked, fresh: Mapping[str, Any], review: Review) -> list[Line]:
        """The review, its message, the event (the warnings hear of every review that somebody gave), and what begins with a bad one."""
        rows = [(reviews, fresh), (review_marks, {"service_id": row.id}), *self._messages(row, review)]
        if review.default:
            return rows
        event = _event(review) | {"device": fresh["device"][:DEVICE_LETTERS]}
        begun = [line for begin in self._handlers if review.bad for line in begin(review)]
        return [*rows, self._rooms.event(GIVEN, review.at, event), *begun]

    def _key(self, service_id: str, key: str) -> str:
        """A page's key says nothing of another service."""
        return self._vault.blind(f"{service_id}/{key}", "review-key")

    def _check(self, given: Given, rules: ReviewRules) -> None:
        if given.channel not in CHANNELS:
            raise ReviewRefused(problems=[{"field": "channel", "message": "没有这个评价渠道"}])
        if found := faults(given, rules):
            problems = [{"field": field, "message": words} for field, words, _ in found]
            raise ReviewRefused("；".join(words for _, words, _ in found), problems, kind=found[0][2])

    def _values(self, row: Asked, given: Given, rules: ReviewRules, moment: _Moment, key: str, actor: Actor | None) -> dict[str, Any]:
        review_id, words = str(uuid.uuid4()), given.words.strip()
        return {
            "id": review_id, "service_id": row.id, "case_number": row.case_number, "service_number": row.service_number, "grade": given.grade,
            "tags": json.dumps(list(given.tags)), "words": self._vault.seal(words, f"review/{review_id}") if words else "",
            "channel": given.channel, "device": self._vault.blind(given.device, "review-device") if given.device else "", "key": key, "at": moment.at,
            "received_at": self._clock.now(), "default": given.channel == SILENCE,
            "recorded_by": actor.name if actor is not None and actor is not SYSTEM else "", "state": ANOMALOUS if moment.anomaly else VALID,
            "anomaly": moment.anomaly, "rules": rules.code, "release": row.release, "item": row.item, "department": row.department,
            "hall": row.hall, "street": row.street, "window": row.window, "clerk": row.clerk,
        }  # fmt: skip

    def _messages(self, row: Asked, review: Review) -> list[Line]:
        receivers = self._rooms.receivers(row.department, row.item, REVIEW_STEP)
        payload = _payload(row, review) if receivers else {}
        return [
            self._rooms.outbox.first(Message(
                row.case_id, row.case_number, row.item, row.item_title, NOWHERE, REVIEW_STEP, payload, version=row.service_number,
                target=target, topic=REVIEW_TOPIC,
            )) for target in receivers
        ]  # fmt: skip

    # ------------------------------------------------------------------ what must hold

    def _by_token(self, token: str) -> Asked:
        """Raises `ReviewLinkUnknown`."""
        found = by_link(self._database, self.links.hash(token))
        if found is None:
            raise ReviewLinkUnknown
        return found

    def _by_id(self, service_id: str) -> Asked:
        """Raises `ReviewLinkUnknown`."""
        found = by_id(self._database, service_id)
        if found is None:
            raise ReviewLinkUnknown
        return found

    def _known(self, service_id: str) -> Review:
        with self._database.reading() as connection:
            row = connection.execute(select(reviews).where(reviews.c.service_id == service_id)).one()
        return review_of(row, self._words(row))

    def _when(self, given: Given, row: Asked) -> _Moment:
        """By this machine's clock, but never before the service: a link is older than its review, so a clock that says otherwise is wrong."""
        now = self._clock.now()
        if now < row.at:
            return _Moment(row.at, anomalies.EARLY)
        until = self._until(row)
        if now <= until:
            return _Moment(now)
        said = given.at
        if said is not None and row.at <= said <= until and now <= until + ON_THE_WAY:
            return _Moment(said, anomalies.LATE)
        raise ReviewLate(subject=row.id)

    def _until(self, row: Asked) -> datetime:
        """Where silence becomes a review, nobody reviews afterwards."""
        until: datetime = row.valid_until
        days = self.rules.get(row.item).default_days
        return min(until, row.at + timedelta(days=days)) if days else until

    def _told(self, given: Given, row: Asked) -> _Moment:
        """As staff say it, to the minute."""
        at = given.at or self._clock.now()
        if at < row.at.replace(second=0, microsecond=0):
            words = f"评价时间早于服务完成的时间（{row.at:%Y-%m-%d %H:%M}），请核对"
            raise ReviewRefused(words, [{"field": "at", "message": words}], kind=anomalies.EARLY, subject=row.id)
        if at > self._until(row):
            raise ReviewLate(subject=row.id)
        if at > self._clock.now() + timedelta(minutes=1):
            raise ReviewRefused("评价时间还没有到", problems=[{"field": "at", "message": "不能晚于现在"}])
        return _Moment(max(at, row.at))

    def _form(self, row: Asked, channel: str) -> ReviewForm:
        rules = self.rules.get(row.item)
        service = {"name": row.service_name, "item_title": row.item_title, "at": row.at.isoformat(), "number": row.service_number}
        grades = [{"grade": grade, "title": title} for grade, title in rules.grades.items()]
        pictures = {"most": rules.most_pictures, "bytes": rules.picture_bytes}
        return ReviewForm(service, grades, [tag.as_dict() for tag in rules.offered(channel)], rules.words_max, pictures, row.valid_until)

    def _noted(self, refused: YichuangError, source: str, token: str) -> None:
        kind = _KINDS.get(type(refused)) or refused.extra.get("kind")
        if kind:
            self.anomalies.note(str(kind), str(refused.extra.get("subject") or ""), source, refused.title if not refused.detail else refused.detail)


_KINDS: Mapping[type[YichuangError], str] = {
    ReviewLinkUnknown: anomalies.FORGED, ReviewGiven: anomalies.TWICE, ReviewLate: anomalies.LATE,
}  # fmt: skip


def _as_review(values: Mapping[str, Any], words: str) -> Review:
    return review_of(_Values(values), words)  # type: ignore[arg-type]


class _Values:
    """A row that was just written, read like one."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def _payload(row: Asked, review: Review) -> dict[str, Any]:
    """What goes to the city of a review: no applicant, words as they were given."""
    return {
        "case": {"number": row.case_number, "item": row.item, "item_title": row.item_title, "department": row.department, "hall": row.hall},
        "service": {"name": row.service_name, "number": row.service_number, "at": row.at.isoformat(), "channel": row.channel},
        "review": {
            "id": review.id, "grade": str(review.grade), "tags": list(review.tags), "words": review.words, "channel": review.channel,
            "at": review.at.isoformat(), "default": review.default, "recorded": bool(review.recorded_by), "state": review.state,
            "pictures": [{"digest": one["digest"], "size": one["size"], "type": one["type"]} for one in review.pictures],
        },
    }  # fmt: skip


def _event(review: Review) -> dict[str, Any]:
    return {
        "review": review.id, "grade": review.grade, "bad": review.bad, "tags": list(review.tags), "channel": review.channel,
        "item": review.item, "department": review.place.department, "hall": review.place.hall, "street": review.place.street,
        "window": review.place.window, "clerk": review.clerk,
    }  # fmt: skip


