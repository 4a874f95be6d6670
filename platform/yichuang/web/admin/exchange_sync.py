"""Multi-end sync (多端数据同步): every target at a glance; one target with its days, paused, resumed, a range sent again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_appbuilder import expose
from flask_limiter import RateLimitExceeded
from werkzeug.utils import redirect

from yichuang.access.grants import Reach
from yichuang.errors import InputRefused, NotAllowed, NotFound, TooManyRequests, YichuangError
from yichuang.exchange.alarms import span
from yichuang.exchange.rehearsal import Rehearsal
from yichuang.exchange.syncing import Load, midnight
from yichuang.exchange.targets import PULL, TRANSPORTS, Target
from yichuang.outbox.message import INBOX, STATES, STEPS, STUCK
from yichuang.outbox.standing import Standing
from yichuang.web.admin.exchange_scope import SEE, ExchangePage, concerns, day_of, seeing, settling, steers
from yichuang.web.admin.page import allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.guards import limiter
from yichuang.web.session import grants, member

TESTS = "3/minute"
"""Test alerts for one target, whoever sends them: a duty office is not to be flooded."""
FIGURES = {"made": "生成", "sent": "送达", "stuck": "仍有异常"}
DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One target as the pages show it. `askable`: it can be reconciled with; `pulled`: how often it came today, for one that comes itself."""

    code: str
    title: str
    target: Target | None
    load: Load
    standing: Standing
    departments: list[str]
    resting: bool
    probing: bool
    askable: bool
    pulled: int | None = None
    came_at: datetime | None = None

    @property
    def transport_title(self) -> str:
        return "平台内" if self.code == INBOX else TRANSPORTS[self.target.transport] if self.target else "已无定义"

    @property
    def pushes(self) -> list[str]:
        return [title for step, title in STEPS.items() if self.target and step in self.target.pushes]

    @property
    def defined(self) -> bool:
        return self.target is not None or self.code == INBOX

    @property
    def last(self) -> Any:
        return max(filter(None, (self.load.last, self.standing.succeeded_at, self.came_at)), default=None)


class Syncing(ExchangePage):
    route_base = "/admin/exchange"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        reach = seeing()
        lines = self._lines(reach)
        return self.show(
            "exchange", lines=lines, now=self.services.clock.now(), span=span, alarms=self.services.exchange.alarms.now(reach),
            stuck=sum(line.load.stuck for line in lines),
        )  # fmt: skip

    @expose("/<target>")
    @allowed(READ)
    def target(self, target: str) -> str:
        return self._page(target)

    @expose("/<target>/pause", methods=["POST"])
    @allowed(EDIT)
    def pause(self, target: str) -> Any:
        self._steering(target)
        try:
            self.services.outbox.standings.pause(target, request.form.get("reason", ""), member())
        except YichuangError as refused:
            return self._page(target, refused), refused.status
        return redirect(f"/admin/exchange/{target}")

    @expose("/<target>/resume", methods=["POST"])
    @allowed(EDIT)
    def resume(self, target: str) -> Any:
        self._steering(target)
        self.services.outbox.standings.resume(target, member())
        return redirect(f"/admin/exchange/{target}")

    @expose("/<target>/replay", methods=["POST"])
    @allowed(EDIT)
    def replay(self, target: str) -> Any:
        """Send again what was sent in a range, within the member's reach."""
        self._line(target)
        try:
            since, until, item = self._range(request.form)
            if since is None or until is None:
                raise InputRefused("请选择要重放的起止日期")
            count = self.services.outbox.replay(target, midnight(since), midnight(until + timedelta(days=1)), member(), settling(), item)
        except YichuangError as refused:
            return self._page(target, refused), refused.status
        return redirect(f"/admin/exchange/{target}?{urlencode({'replayed': count})}")

    @expose("/<target>/test", methods=["POST"])
    @allowed(READ)
    def test(self, target: str) -> Any:
        """One test alert now; the answer is the page with what became of it."""
        grants().require(SEE)
        line = self._line(target)
        if line.target is None or not self._may_test(line):
            raise NotAllowed("这个目标不只接收您管辖范围内的数据，请联系事项管理员")
        try:
            _once_more()
            return self._page(target, tested=self.services.exchange.rehearsals.send(line.target, member()))
        except RateLimitExceeded:
            refused = TooManyRequests("同一目标一分钟最多发送 3 次测试")
            return self._page(target, refused), refused.status
        except YichuangError as refused:
            return self._page(target, refused), refused.status

    # ------------------------------------------------------------------ parts

    @staticmethod
    def _may_test(line: Line) -> bool:
        return steers(line.target, grants().reach(SEE))

    def _page(self, target: str, refused: YichuangError | None = None, tested: Rehearsal | None = None) -> str:
        line, reach, now = self._line(target), seeing(), self.services.clock.now()
        since, until, item = self._range(request.args)
        days = self.services.exchange.loads.days(target, now.date() - timedelta(days=DAYS - 1), now.date(), reach)
        rows = [{**day, "day": day["day"].isoformat(), "title": f"{day['day']:%m-%d}"} for day in days]
        count = None
        if since and until and not refused:
            count = self.services.outbox.replay_count(target, midnight(since), midnight(until + timedelta(days=1)), settling(), item)
        replayed, alarms = request.args.get("replayed", type=int), self.services.exchange.alarms.now(reach)
        return self.show(
            "exchange_target", line=line, now=now, span=span, refused=refused, days=days, rows=rows, figures=FIGURES, count=count,
            asked={"since": since, "until": until, "item": item}, items=self._items(line), stuck_states={state: STATES[state] for state in STUCK},
            may_steer=self.may(EDIT) and steers(line.target, settling()), alarms=[a for a in alarms if a.target == target],
            done=f"{replayed} 条已排队重新发送。" if replayed is not None else "", name_of=self.name_of(),
            tested=tested, may_test=bool(line.target and line.target.alerted) and self._may_test(line),
        )  # fmt: skip

    def _lines(self, reach: Reach) -> list[Line]:
        """The targets of the release in force, and those that still have messages."""
        known = self.known
        loads, standings = self.services.exchange.alarms.fresh(reach), self.services.outbox.standings.all()
        codes = [code for code, target in known.items() if concerns(target, reach)] + sorted(set(loads) - set(known))
        return [self._told(code, known.get(code), loads.get(code, Load()), standings.get(code, Standing(code))) for code in codes]

    def _told(self, code: str, target: Target | None, load: Load, standing: Standing) -> Line:
        now, titles = self.services.clock.now(), self.departments()
        named = [titles.get(department, department) for department in sorted(target.departments if target else ())]
        askable = code in self.services.exchange.reconciling.targets()
        pulled = self._pulled(code) if target and target.transport == PULL else (None, None)
        resting, probing = standing.resting(now), standing.probing(now)
        return Line(code, self.target_title(code), target, load, standing, named, resting, probing, askable, *pulled)

    def _pulled(self, code: str) -> tuple[int, datetime | None]:
        """How often systems of a target that fetches came today, and when last."""
        own = [client for client in self.services.clients.all() if client.terms.target == code]
        calls = self.services.clients.calls(self.services.clock.now().date())
        came = max((client.used_at for client in own if client.used_at), default=None)
        return sum(calls.get(client.id, {}).get("ok", 0) for client in own), came

    def _line(self, target: str) -> Line:
        """Raises `NotFound` also for a target out of reach."""
        found = next((line for line in self._lines(seeing()) if line.code == target), None)
        if found is None:
            raise NotFound("没有这个对接目标，或不在您的管辖范围内")
        return found

    def _steering(self, target: str) -> None:
        """Raises `NotFound`, `NotAllowed`."""
        if not steers(self._line(target).target, settling()):
            raise NotAllowed("这个目标不只接收您管辖范围内的数据，请联系事项管理员")

    @staticmethod
    def _range(given: Any) -> tuple[date | None, date | None, str]:
        """Both days or none, in order, and the item's code."""
        days = [day_of(given.get("since")), day_of(given.get("until"))]
        known = sorted(day for day in days if day)
        return (known[0], known[1], given.get("item", "")[:64]) if len(known) == 2 else (None, None, "")

    def _items(self, line: Line) -> dict[str, str]:
        titles = self.services.catalogue.current().titles("item")
        only = (line.target.items if line.target else ()) or titles
        return {code: title for code, title in titles.items() if code in only}


@limiter.limit(TESTS, key_func=lambda: f"alert-test/{(request.view_args or {})['target']}")
def _once_more() -> None:
    """Raises `RateLimitExceeded`."""
