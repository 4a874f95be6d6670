"""Who may do what, where: the roles of the release in force, applied to where a member is posted."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, delete, insert, select

from yichuang.access.grants import ALL, NONE, NOWHERE, Grants, Reach, protecting, reach_of
from yichuang.access.model import postings
from yichuang.access.roles import ADMINISTRATORS, Role, compile_roles
from yichuang.database import Database
from yichuang.ports import SYSTEM, Actor, Clock, DefinitionView, Place

T = TypeVar("T")


class Release(DefinitionView, Protocol):
    """A snapshot, as far as roles need it."""

    def compiled(self, maker: Callable[[DefinitionView, str], T], code: str) -> T: ...


class Releases(Protocol):
    def current(self) -> Any:
        """The `Release` in force."""
        ...


class Trail(Protocol):
    """`audit.Audit`."""

    def note(
        self, actor: Actor, action: str, kind: str, code: str, *, detail: str = "", within: Connection | None = None
    ) -> None: ...


class Authority:
    """Roles follow the release in force, also for cases that started under an earlier one: they are about the world now."""

    def __init__(self, database: Database, releases: Releases, audit: Trail, clock: Clock) -> None:
        self._database = database
        self._releases = releases
        self._audit = audit
        self._clock = clock

    def roles(self) -> Mapping[str, Role]:
        """The defined roles by code (`COUNTER_CLERK`), without the three administrators."""
        release: Release = self._releases.current()
        return release.compiled(compile_roles, "")

    def titles(self) -> Mapping[str, str]:
        """Every role that may be given, with its title: the defined ones first, then the administrators."""
        return {code: role.title for code, role in self.roles().items()} | dict(ADMINISTRATORS)

    def grants(self, actor: Actor) -> Grants:
        """All powers of the member, each with its reach. `post` is looked up when the actor brings none.

        Administrators have no business power; a role that is no longer defined gives nothing; the system itself may everything.
        """
        if actor == SYSTEM:
            return ALL
        roles = self.roles()
        own = [roles[code] for code in actor.roles if code in roles]
        if not own or not actor.roles.isdisjoint(ADMINISTRATORS):
            return NONE
        posted = actor if actor.post != Place() else _posted(actor, self.posting(actor.name))
        given: dict[str, list[Reach]] = {}
        for role in own:
            for power in role.powers:
                given.setdefault(power, []).append(reach_of(role.reach, posted))
        return protecting({power: reduce(or_, reaches) for power, reaches in given.items()}, posted.post.department)

    def editing(self, actor: Actor) -> Reach:
        """Which definitions the member may edit: all, those of their department, or none (`NOWHERE`)."""
        if not actor.roles.isdisjoint(ADMINISTRATORS):
            return NOWHERE
        roles = self.roles()
        own = [roles[code] for code in actor.roles if code in roles and "definitions.edit" in roles[code].pages]
        posted = actor if actor.post != Place() else _posted(actor, self.posting(actor.name))
        return reduce(or_, (reach_of(role.reach, posted) for role in own), NOWHERE)

    def posting(self, username: str) -> Place:
        """Where the member belongs; an empty place for who has no posting."""
        with self._database.reading() as connection:
            row = connection.execute(select(postings).where(postings.c.username == username)).one_or_none()
        return Place() if row is None else Place(row.department, row.hall, row.street)

    def postings(self) -> Mapping[str, Place]:
        with self._database.reading() as connection:
            rows = connection.execute(select(postings)).all()
        return {row.username: Place(row.department, row.hall, row.street) for row in rows}

    def post(self, actor: Actor, username: str, place: Place) -> None:
        """Record where a member belongs: codes of department, hall and street; empty ones say nothing. Written with its audit entry."""
        row = {"username": username, "department": place.department, "hall": place.hall, "street": place.street}
        with self._database.writing() as connection:
            connection.execute(delete(postings).where(postings.c.username == username))
            connection.execute(insert(postings), row | {"updated_at": self._clock.now(), "updated_by": actor.name})
            detail = f"部门 {place.department or '无'}，大厅 {place.hall or '无'}，街道 {place.street or '无'}"
            self._audit.note(actor, "user.posted", "user", username, detail=detail, within=connection)


def _posted(actor: Actor, place: Place) -> Actor:
    return Actor(actor.name, actor.title, actor.roles, actor.window, place)
