"""Services given (服务记录): written with the step that is one, with a link to review it and the record for the city."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, insert, select

from yichuang.outbox.message import Message
from yichuang.ports import Place
from yichuang.reviews.compiled import DESK
from yichuang.reviews.ledger import Ledger
from yichuang.reviews.model import mark, reviews, services_given
from yichuang.reviews.review import SERVICE_STEP, SERVICE_TOPIC, Invitation, Service

ON_THE_WAY = timedelta(days=3)
"""How long what was written in time may wait for a network; silence is none before."""
NOWHERE = Place()
"""What is sent of services and reviews belongs to no department and no hall: whom a review is about doesn't get at it by way of messages."""


class Serving(Ledger):
    def serves(self, item: str, step: str, channel: str) -> bool:
        """Whether a step of such a case is a service, by the rules in force."""
        rules = self.rules.of(item)
        return rules is not None and rules.service(step, channel) is not None

    def expected(self, connection: Connection, case_id: str, item: str, step: str, channel: str) -> int:
        """The number that a service of this step will get, 0 where the step is none. The caller holds the case."""
        if not self.serves(item, step, channel):
            return 0
        last, online = self._counted(connection, case_id)
        return 0 if online and self.rules.get(item).once_per_case(channel) else last + 1

    def link(self, connection: Connection, case_id: str, item: str, step: str, channel: str) -> str:
        """What a paper of this step invites with: the page's path, empty where the rules don't invite on paper."""
        rules = self.rules.of(item)
        number = self.expected(connection, case_id, item, step, channel) if rules and rules.invites(step, channel, "paper") else 0
        return self.links.path(case_id, number) if number else ""

    def served(self, connection: Connection, service: Service) -> str:
        """Keep the service when its step is one by the rules in force; its id, else empty. Within the step's transaction, which holds the case."""
        number = self.expected(connection, service.case_id, service.item, service.step, service.channel)
        if not number:
            return ""
        rules, service_id = self.rules.get(service.item), str(uuid.uuid4())
        name = rules.service(service.step, service.channel) or ""
        people = {"applicant": asdict(service.applicant), "agent": asdict(service.agent) if service.agent else None}
        row = {
            "id": service_id, "case_id": service.case_id, "case_number": service.case_number, "item": service.item,
            "item_title": service.item_title, "release": service.release, "department": service.place.department, "hall": service.place.hall,
            "street": service.place.street, "window": service.place.window, "clerk": service.clerk, "channel": service.channel,
            "step": service.step, "service_number": number, "service_name": name, "at": service.at, "accepted_at": service.accepted_at,
            "decided_at": service.decided_at, "situation": json.dumps(dict(service.situation), ensure_ascii=False),
            "waited_seconds": service.waited, "handled_seconds": service.handled, "corrections": service.corrections,
            "body": self._vault.seal(json.dumps(people, ensure_ascii=False), f"service/{service_id}"), "label": service.label,
            "link_hash": self.links.hash(self.links.token(service.case_id, number)), "valid_until": rules.until(service.at),
            "holder": self._vault.blind(_holder(service), "review-holder"),
            "invited_at": service.at if rules.invites(service.step, service.channel, "screen") else None,
        }  # fmt: skip
        connection.execute(insert(services_given), row)
        mark(connection, service_id)
        told = {"name": name, "number": number, "at": service.at.isoformat(), "channel": service.channel, "operation": "I"}
        for target in self._rooms.receivers(service.place.department, service.item, SERVICE_STEP):
            message = Message(
                service.case_id, service.case_number, service.item, service.item_title, NOWHERE, SERVICE_STEP,
                {**service.record, "service": told}, version=number, target=target, topic=SERVICE_TOPIC,
            )  # fmt: skip
            self._rooms.outbox.push(connection, message)
        return service_id

    # ------------------------------------------------------------------ finding them again

    def of_case(self, case_id: str) -> Sequence[Invitation]:
        """A case's services, oldest first: for the applicant, and for whoever records what the applicant says."""
        return self._found(services_given.c.case_id == case_id)

    def inviting(self, case_id: str) -> Sequence[Invitation]:
        """Those of a case that may be reviewed in 「我的办件」 now."""
        now = self._clock.now()
        open_ = [one for one in self.of_case(case_id) if one.open(now)]
        return [one for one in open_ if (rules := self.rules.of(one.item)) and rules.invites(one.step, one.channel, "apply")]

    def of_number(self, case_number: str) -> Sequence[Invitation]:
        return self._found(services_given.c.case_number == case_number)

    def waiting_at(self, window: str, seconds: int) -> Invitation | None:
        """What the counter's screen shows now: the window's latest service of the last seconds, reviewed or not: who watches it learns nothing."""
        since = self._clock.now() - timedelta(seconds=seconds)
        columns = services_given.c
        found = self._found((columns.window == window) & (columns.at >= since) & (columns.channel == DESK))
        last = found[-1] if found else None
        rules = self.rules.of(last.item) if last else None
        return last if last and rules and rules.invites(last.step, last.channel, "screen") else None

    def silent(self, limit: int = 500) -> Sequence[tuple[str, int]]:
        """Services nobody reviewed in time to be asked, with the grade that silence means; nothing while the rules don't want that."""
        found: list[tuple[str, int]] = []
        rules_found = {rules.code: rules for rules in [*self.rules.by_item.values(), *([self.rules.general] if self.rules.general else [])]}
        for rules in rules_found.values():
            if rules.default_days:
                before = self._clock.now() - timedelta(days=rules.default_days) - ON_THE_WAY
                found += [(one, rules.default_grade) for one, item in self._unreviewed(before, limit) if self.rules.of(item) is rules]
        return found

    def _unreviewed(self, before: datetime, limit: int) -> list[tuple[str, str]]:
        columns = services_given.c
        none = ~select(reviews.c.id).where(reviews.c.service_id == columns.id).exists()
        query = select(columns.id, columns.item).where((columns.at < before) & none).order_by(columns.at).limit(limit)
        with self._database.reading() as connection:
            return [(str(one), str(item)) for one, item in connection.execute(query)]

    def _found(self, chosen: Any) -> Sequence[Invitation]:
        joined = services_given.outerjoin(reviews, reviews.c.service_id == services_given.c.id)
        query = select(services_given, reviews.c.id.label("review")).select_from(joined).where(chosen)
        query = query.order_by(services_given.c.at, services_given.c.service_number)
        with self._database.reading() as connection:
            return [self._invitation(row, row.review is not None) for row in connection.execute(query)]

    def _counted(self, connection: Connection, case_id: str) -> tuple[int, bool]:
        """The case's last service number, and whether it has a service online."""
        columns = services_given.c
        online = func.sum(case((columns.channel != DESK, 1), else_=0))
        last, some = connection.execute(select(func.max(columns.service_number), online).where(columns.case_id == case_id)).one()
        return int(last or 0), bool(some)


def _holder(service: Service) -> str:
    """Whoever came: the agent, else the applicant."""
    came = service.agent if service.agent and service.agent.key else service.applicant
    return came.key or service.case_id
