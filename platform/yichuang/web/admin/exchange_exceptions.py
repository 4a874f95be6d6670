"""Exceptions (异常处理): what could not be mapped or delivered, by cause; each put right, tried again, given up, looked after."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_appbuilder import expose
from werkzeug.utils import redirect

from yichuang.errors import InputRefused, NotFound, YichuangError
from yichuang.exchange.alarms import span
from yichuang.exchange.exceptions import Cause
from yichuang.outbox.message import STATES, STUCK, DeliveryQuery
from yichuang.web.admin.exchange_message import MessagePage
from yichuang.web.admin.exchange_scope import seeing, settling
from yichuang.web.admin.page import allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.session import member

PAGE = 50
TOLD = {"retried": "{} 件已重新排队，几秒内推送。", "given-up": "已放弃 {} 件，同一办件后面的环节继续。", "assigned": "已更新 {} 件的责任人。"}


class Exceptions(MessagePage):
    route_base = "/admin/exceptions"
    default_view = "index"
    family = "exceptions"

    @property
    def _room(self) -> Any:
        return self.services.exchange.exceptions

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._index()

    @expose("/group")
    @allowed(READ)
    def group(self) -> str:
        return self._group()

    @expose("/retry", methods=["POST"])
    @allowed(EDIT)
    def retry_all(self) -> Any:
        return self._with_group("retried", lambda query: self._room.retry(query, member(), settling()))

    @expose("/give-up", methods=["POST"])
    @allowed(EDIT)
    def give_up_all(self) -> Any:
        reason = request.form.get("reason", "")
        return self._with_group("given-up", lambda query: self._room.give_up(query, reason, member(), settling()))

    @expose("/assign", methods=["POST"])
    @allowed(EDIT)
    def assign_all(self) -> Any:
        return self._with_group("assigned", lambda query: self._room.assign(query, self._owner(), member(), settling()))

    @expose("/<delivery>")
    @allowed(READ)
    def one(self, delivery: str) -> str:
        return self.message(delivery)

    @expose("/<delivery>/reveal", methods=["POST"])
    @allowed(READ)
    def reveal(self, delivery: str) -> str:
        """With whole values, for who may see them there; noted."""
        return self.message(delivery, reveal=True)

    @expose("/<delivery>/correct", methods=["POST"])
    @allowed(EDIT)
    def correct(self, delivery: str) -> Any:
        form = request.form
        path, value, reason = form.get("path", "")[:200], form.get("value", "")[:2000], form.get("reason", "")
        return self._with_one(delivery, "corrected", lambda: self._room.correct(delivery, path, value, reason, member(), settling()))

    @expose("/<delivery>/retry", methods=["POST"])
    @allowed(EDIT)
    def retry(self, delivery: str) -> Any:
        return self._with_one(delivery, "retried", lambda: self.services.outbox.resend(delivery, member(), settling()))

    @expose("/<delivery>/give-up", methods=["POST"])
    @allowed(EDIT)
    def give_up(self, delivery: str) -> Any:
        reason = request.form.get("reason", "")
        return self._with_one(delivery, "given-up", lambda: self.services.outbox.give_up(delivery, reason, member(), settling()))

    @expose("/<delivery>/assign", methods=["POST"])
    @allowed(EDIT)
    def assign(self, delivery: str) -> Any:
        return self._with_one(delivery, "assigned", lambda: self.services.outbox.assign(delivery, self._owner(), member(), settling()))

    # ------------------------------------------------------------------ parts

    def _with_one(self, delivery: str, done: str, act: Callable[[], object]) -> Any:
        try:
            act()
        except NotFound:
            raise
        except YichuangError as refused:
            return self.message(delivery, refused), refused.status
        return redirect(f"/admin/exceptions/{delivery}?done={done}")

    def _with_group(self, done: str, act: Callable[[DeliveryQuery], int]) -> Any:
        try:
            count = act(_query())
        except YichuangError as refused:
            return self._group(refused), refused.status
        return redirect(f"/admin/exceptions/?{urlencode({'target': request.args.get('target', ''), 'done': done, 'count': count})}")

    def _owner(self) -> str:
        """Raises `InputRefused` for who may not settle exceptions."""
        owner = request.form.get("owner", "")[:64]
        if owner and owner not in dict(self.people()):
            raise InputRefused("请从名单中选择责任人", problems=[{"field": "owner", "message": "请从名单中选择"}])
        return owner

    def _index(self, refused: YichuangError | None = None) -> str:
        query, reach = _query(), seeing()
        self.services.exchange.alarms.fresh(reach)
        causes: list[Cause] = self._room.causes(query, reach)
        done, count = TOLD.get(request.args.get("done", ""), ""), request.args.get("count", 0, type=int)
        return self.show(
            "exceptions", query=query, groups=[self._told(cause) for cause in causes], targets=self.targets(), states=_stuck_states(),
            owner=request.args.get("owner", ""), alarms=self.services.exchange.alarms.now(reach), now=self.services.clock.now(), span=span,
            total=sum(cause.count for cause in causes), done=done.format(count), refused=refused,
        )  # fmt: skip

    def _group(self, refused: YichuangError | None = None) -> str:
        query, reach = _query(), seeing()
        found = [cause for cause in self._room.causes(query, reach) if cause.cause == query.cause]
        if not found:
            raise NotFound("这一组异常已经处理完")
        listed = self.services.outbox.list(query, reach)
        return self.show(
            "exception_group", group=self._told(found[0]), deliveries=listed, more=len(listed) == PAGE, targets=self.targets(),
            states=_stuck_states(), people=self.people(), now=self.services.clock.now(), span=span, refused=refused, done="", name_of=self.name_of(),
        )  # fmt: skip

    def _told(self, cause: Cause) -> dict[str, Any]:
        address = urlencode({"target": cause.target, "state": cause.state, "cause": cause.cause, "owner": request.args.get("owner", "")})
        return cause.as_dict() | {"address": address, "line": self.line(cause.mapping, cause.field)}


def _query() -> DeliveryQuery:
    given = request.args
    owner = given.get("owner", "")
    state, target, cause, after = (given.get(name, "")[:200] for name in ("state", "target", "cause", "after"))
    return DeliveryQuery(
        state if state in STUCK else "", target=target, cause=cause, after=after, stuck=True, owner=member().name if owner == "me" else "",
        unowned=owner == "none", limit=PAGE,
    )  # fmt: skip


def _stuck_states() -> dict[str, str]:
    return {state: STATES[state] for state in STUCK}
