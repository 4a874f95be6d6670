"""Finding cases: by number, name, identity number and plain properties, always within reach; the work list."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, text
from sqlalchemy.sql import ColumnElement

from yichuang.access.grants import Grants
from yichuang.cases.case import CaseQuery
from yichuang.cases.ledger import READ, within
from yichuang.cases.lines import LINE, line
from yichuang.cases.materials import Materials
from yichuang.cases.model import case_materials, cases
from yichuang.cases.words import folded, identity_meant, numbers_meant, pairs
from yichuang.errors import InputRefused
from yichuang.flows.compiled import CompiledFlow, compile_flow
from yichuang.ports import SHANGHAI, Actor

MOST_LINES, PER_GROUP, MOST_NAMED = 100, 20, 2000
EQUAL = ("item", "state", "window", "hall", "street", "department", "channel", "clerk")
TOO_MANY = "符合的办件太多，只在最近的一部分中查找；请写全名称或加上其他条件"
SOON, LATE, OWED = ("due_soon", "即将到期"), ("overdue", "已超期"), ("owed", "容缺逾期未补")


class Searching(Materials):
    def search(self, query: CaseQuery, actor: Actor, grants: Grants) -> dict[str, Any]:
        """`{cases, more, note}`: lines newest first, the cursor for the next page (None at the end), and what else is to be said.

        Raises `NotAllowed` without the right to read, `InputRefused` for an unusable cursor.
        """
        grants.require(READ)
        wanted = [within(grants.reach(READ)), *self._plain(query)]
        limit = max(1, min(query.limit, MOST_LINES))
        with self._database.reading() as connection:
            named, note = self._named(connection, query.text, wanted)
            found = self._page([*wanted, *named], query.before, limit + 1, connection)
        more = f"{found[limit - 1].updated_at.isoformat()}|{found[limit - 1].id}" if len(found) > limit else None
        self._audit.note(actor, "case.search", "case", "", detail="按条件" if not query.text else "按文字")
        return {"cases": [self._line(row, actor) for row in found[:limit]], "more": more, "note": note}

    def _page(self, wanted: Sequence[Any], before: str, limit: int, connection: Connection) -> Sequence[Any]:
        query = select(*LINE).where(*wanted).order_by(cases.c.updated_at.desc(), cases.c.id.desc()).limit(limit)
        return connection.execute(_after(query, before)).all()

    def _plain(self, query: CaseQuery) -> list[ColumnElement[bool]]:
        found = [cases.c[name] == value for name in EQUAL if (value := getattr(query, name))]
        if query.since:
            found.append(cases.c.applied_at >= datetime.combine(query.since, time(), SHANGHAI))
        if query.until:
            found.append(cases.c.applied_at < datetime.combine(query.until, time.max, SHANGHAI))
        return found + ([self._lit(query.light)] if query.light else [])

    def _lit(self, light: str) -> ColumnElement[bool]:
        """Cases whose clock shows this light today. Raises `InputRefused` for an unknown one."""
        today, columns = self._clock.now().date(), cases.c
        running = columns.clock_state == "running"
        lights: Mapping[str, ColumnElement[bool]] = {
            "red": and_(running, columns.due_on < today),
            "yellow": and_(running, columns.warn_on <= today, columns.due_on >= today),
            "green": and_(running, or_(columns.warn_on > today, columns.due_on.is_(None))),
            "grey": columns.clock_state == "paused",
        }
        if light not in lights:
            raise InputRefused(problems=[{"field": "light", "message": "请选择绿、黄、红、灰之一"}])
        return lights[light]

    def _named(self, connection: Connection, typed: str, wanted: Sequence[Any]) -> tuple[list[Any], str]:
        """What the text can mean, as a condition: a number, an identity number, else a name."""
        typed = typed.strip()
        if not typed:
            return [], ""
        numbers = numbers_meant(typed, self._division(), self._clock.now().date())
        if numbers:
            return [cases.c.number.in_(numbers)], ""
        identity = identity_meant(typed)
        if identity:
            blind = self._vault.blind(identity, "identity")
            return [or_(cases.c.id_index == blind, cases.c.agent_index == blind)], ""
        return self._by_name(connection, typed, wanted)

    def _by_name(self, connection: Connection, typed: str, wanted: Sequence[Any]) -> tuple[list[Any], str]:
        """A person's whole name by blind index, an organisation's by parts; each by its own index, so that both stay fast."""
        whole = select(cases.c.id).where(cases.c.name_index == self._vault.blind(folded(typed), "name")).limit(MOST_NAMED)
        ids = list(connection.execute(whole).scalars())
        parts = pairs(typed)
        if parts:
            query = select(cases.c.id).where(self._words(parts), *wanted).limit(MOST_NAMED + 1)
            ids += connection.execute(query).scalars()
        return [cases.c.id.in_(ids[: MOST_NAMED + 1])], TOO_MANY if len(ids) > MOST_NAMED else ""

    def _words(self, parts: Sequence[str]) -> Any:
        if self._database.sqlite:
            return and_(*(cases.c.org_words.contains(part, autoescape=True) for part in parts))
        asked = " & ".join(f"'{part}'" for part in parts)
        return text("to_tsvector('simple', cases.org_words) @@ to_tsquery('simple', :asked)").bindparams(asked=asked)

    # ------------------------------------------------------------------ the work list

    def worklist(self, actor: Actor, grants: Grants) -> dict[str, Any]:
        """`{groups: [{code, title, count, cases}]}`: for each state in which this member may do something, and what is late or soon will be.

        States of an item's own flow are listed only while a case is in them.
        """
        states = self._acted_on(grants)
        mine = within(grants.reach(READ))
        with self._database.reading() as connection:
            counted = select(cases.c.state, func.count()).where(mine, cases.c.state.in_(list(states))).group_by(cases.c.state)
            counts = {state: int(count) for state, count in connection.execute(counted)}
            own = self._flows()[0].states
            groups = [
                self._group(connection, code, title, counts.get(code, 0), [mine, cases.c.state == code], actor)
                for code, title in states.items()
                if code in own or counts.get(code)
            ]
            for light, (code, title) in (("yellow", SOON), ("red", LATE)):
                lit = [mine, self._lit(light), cases.c.state.in_(list(states))]
                count = int(connection.execute(select(func.count()).select_from(cases).where(*lit)).scalar_one())
                groups.append(self._group(connection, code, title, count, lit, actor))
            if grants.may("material.check"):
                owed = [mine, cases.c.id.in_(self._owing())]
                count = int(connection.execute(select(func.count()).select_from(cases).where(*owed)).scalar_one())
                groups += [self._group(connection, *OWED, count, owed, actor)] if count else []
        return {"groups": groups}

    def _owing(self) -> Select[Any]:
        """Cases whose material to come later (容缺) has not come within its term."""
        owed = (case_materials.c.state == "deferred") & (case_materials.c.due_on < self._clock.now().date())
        return select(case_materials.c.case_id).where(owed)

    def _group(self, connection: Connection, code: str, title: str, count: int, wanted: Sequence[Any], actor: Actor) -> dict[str, Any]:
        oldest = select(*LINE).where(*wanted).order_by(cases.c.updated_at).limit(PER_GROUP)
        found = connection.execute(oldest).all() if count else []
        return {"code": code, "title": title, "count": count, "cases": [self._line(row, actor) for row in found]}

    def _acted_on(self, grants: Grants) -> dict[str, str]:
        """States, with titles, in which a step of the member's own powers is possible; of all flows in force, in their order.

        Of what has ended only what waits for a main step, as 送达.
        """
        found: dict[str, str] = {}
        for flow in self._flows():
            for state in flow.states.values():
                steps = [a for a in flow.actions.values() if a.by == "staff" and state.code in a.sources and grants.may(a.power)]
                if any(state.phase != "ended" or a.tone == "primary" for a in steps):
                    found.setdefault(state.code, state.title)
        return found

    def _flows(self) -> list[CompiledFlow]:
        now = self._catalogue.current()
        return [now.compiled(compile_flow, code) for code in sorted(now.codes("flow"), key=lambda code: (code != "standard", code))]

    def of_account(self, account: str) -> list[dict[str, Any]]:
        """An applicant's own cases, newest first."""
        query = select(*LINE).where(cases.c.account == account).order_by(cases.c.applied_at.desc()).limit(200)
        with self._database.reading() as connection:
            return [self._line(row, None) for row in connection.execute(query)]

    def _line(self, row: Any, actor: Actor | None) -> dict[str, Any]:
        return line(row, self._catalogue, self._clock.now(), actor)


def _after(query: Select[Any], before: str) -> Select[Any]:
    if not before:
        return query
    try:
        moment, key = before.split("|")
        at = datetime.fromisoformat(moment)
    except ValueError as error:
        raise InputRefused(problems=[{"field": "before", "message": "翻页标记不对，请重新查找"}]) from error
    earlier = or_(cases.c.updated_at < at, and_(cases.c.updated_at == at, cases.c.id < key))
    return query.where(earlier)
