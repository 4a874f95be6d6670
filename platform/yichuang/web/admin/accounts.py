"""Members of staff: who there is, with which roles. 三员分立: the three administrators' roles are never held together."""

from collections.abc import Callable, Collection, Mapping, Sequence

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from werkzeug.security import generate_password_hash

from yichuang.access.roles import EXCLUSIVE
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import Conflict, InputRefused, NotAllowed, NotFound
from yichuang.ports import SYSTEM, Actor
from yichuang.web.admin import passwords
from yichuang.web.admin.model import Member


class Accounts:
    """Every change is written with its audit entry. Returned members are detached: read, don't write."""

    def __init__(self, database: Database, audit: Audit, titles: Callable[[], Mapping[str, str]]) -> None:
        """`titles`: the roles that may be given now, code → title."""
        self._database = database
        self._audit = audit
        self._titles = titles

    def all(self) -> Sequence[Member]:
        with Session(self._database.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(Member).options(selectinload(Member.roles)).order_by(Member.username)))

    def get(self, username: str) -> Member:
        """Raises `NotFound`."""
        with Session(self._database.engine, expire_on_commit=False) as session:
            return _found(session, username)

    def create(
        self, actor: Actor, username: str, surname: str, given_name: str, roles: Collection[str], password: str
    ) -> Member:
        """Raises `InputRefused` for an unusable name, password or set of roles, `Conflict` for a name that is taken."""
        username = username.strip().lower()
        if (
            username == SYSTEM.name
            or not username.isascii()
            or not username.replace("_", "").replace(".", "").isalnum()
            or not 2 <= len(username) <= 40
        ):
            raise InputRefused(
                "账号名用 2–40 个小写字母、数字、点或下划线",
                problems=[{"field": "username", "message": "账号名不合要求"}],
            )
        if not (surname + given_name).strip():
            raise InputRefused("请填写姓名", problems=[{"field": "name", "message": "请填写姓名"}])
        passwords.refuse_weak(password, username)
        return self._write(actor, username, surname, given_name, roles, password, must_change=True)

    def seed(
        self, actor: Actor, username: str, surname: str, given_name: str, roles: Collection[str], password: str
    ) -> None:
        """An account unless there is one of that name; its password need not be changed. For demonstration accounts."""
        try:
            self._write(actor, username, surname, given_name, roles, password, must_change=False)
        except Conflict:
            return

    def _write(
        self,
        actor: Actor,
        username: str,
        surname: str,
        given_name: str,
        roles: Collection[str],
        password: str,
        *,
        must_change: bool,
    ) -> Member:
        titles = self._titles()
        _refuse_mix(roles, titles)
        with Session(self._database.engine, expire_on_commit=False) as session:
            if session.scalar(select(func.count()).select_from(Member).where(func.lower(Member.username) == username)):
                raise Conflict(f"账号“{username}”已经存在")
            user = Member(
                username=username, last_name=surname.strip()[:64], first_name=given_name.strip()[:64], active=True, must_change=must_change,
                email=f"{username}@staff.invalid", password=generate_password_hash(password), roles=_roles(session, roles),
            )  # fmt: skip
            session.add(user)
            self._note(session, actor, "user.created", username, "、".join(titles[role] for role in sorted(roles)))
            session.commit()
            return user

    def set_roles(self, actor: Actor, username: str, roles: Collection[str]) -> None:
        """Raises `NotAllowed` for one's own, `InputRefused` for an impossible set."""
        if actor.name == username:
            raise NotAllowed("不能修改自己的角色，请由另一位安全管理员办理")
        titles = self._titles()
        _refuse_mix(roles, titles)
        with Session(self._database.engine) as session:
            user = _found(session, username)
            before = "、".join(sorted(titles.get(role.name, role.name) for role in user.roles)) or "无"
            user.roles = _roles(session, roles)
            after = "、".join(sorted(titles[role] for role in roles)) or "无"
            self._note(session, actor, "user.roles", username, f"{before} → {after}")
            session.commit()

    def set_active(self, actor: Actor, username: str, *, active: bool) -> None:
        if actor.name == username:
            raise NotAllowed("不能停用自己的账号")
        with Session(self._database.engine) as session:
            _found(session, username).active = active
            self._note(session, actor, "user.enabled" if active else "user.disabled", username)
            session.commit()

    def set_password(self, actor: Actor, username: str, password: str) -> Member:
        """One's own choice, or a first password given by an administrator, to be changed at the next log-in."""
        passwords.refuse_weak(password, username)
        with Session(self._database.engine, expire_on_commit=False) as session:
            user = _found(session, username)
            user.password, user.must_change = generate_password_hash(password), actor.name != username
            self._note(session, actor, "user.password", username)
            session.commit()
            return user

    def _note(self, session: Session, actor: Actor, action: str, username: str, detail: str = "") -> None:
        self._audit.note(actor, action, "user", username, detail=detail, within=session.connection())


def _refuse_mix(roles: Collection[str], titles: Mapping[str, str]) -> None:
    unknown = "、".join(sorted(set(roles) - set(titles)))
    if unknown:
        raise InputRefused(f"现行版本中没有这个角色：{unknown}", problems=[{"field": "roles", "message": unknown}])
    three = [role for role in EXCLUSIVE if role in roles]
    if len(three) > 1 or (three and len(roles) > 1):
        words = "三员分立：系统管理员、安全管理员、审计管理员互不兼任，也不兼任业务角色"
        raise InputRefused(words, problems=[{"field": "roles", "message": words}])


def _found(session: Session, username: str) -> Member:
    user = session.scalar(
        select(Member).options(selectinload(Member.roles)).where(func.lower(Member.username) == username.lower())
    )
    if user is None:
        raise NotFound(f"没有账号“{username}”")
    return user


def _roles(session: Session, codes: Collection[str]) -> list[Role]:
    """The rows of the roles, made where a role is given for the first time."""
    kept = {role.name: role for role in session.scalars(select(Role).where(Role.name.in_(sorted(codes))))}
    return [kept.get(code) or Role(name=code) for code in sorted(codes)]
