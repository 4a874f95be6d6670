"""Aggregation of reviews to the city (好差评汇聚): sent, waiting, refused, by day and reason; sent again; what is wrong; calls recorded.

Whom a review is about has no business here: no page of this family shows who gave one, and of a message only that it is on its way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_appbuilder import expose
from werkzeug.utils import redirect

from yichuang.access.grants import EVERYWHERE
from yichuang.errors import InputRefused, NotFound, YichuangError
from yichuang.exchange.targets import REVIEWS, Target, compile_targets
from yichuang.outbox.message import STUCK, DeliveryQuery, Group
from yichuang.ports import SHANGHAI
from yichuang.reviews.anomalies import KINDS
from yichuang.reviews.grades import CHANNELS, GRADES, RECORDED
from yichuang.reviews.review import Given, Invitation
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.session import member

DAYS = 14
FIGURES = {"made": "生成", "sent": "送达", "stuck": "仍有异常"}


class ReviewsPage(Page):
    """A page of the family; the menu shows one entry for all."""

    menu_name = "Aggregation"


class Aggregation(ReviewsPage):
    route_base = "/admin/reviews"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._index()

    @expose("/resend", methods=["POST"])
    @allowed(EDIT)
    def resend(self) -> Any:
        """All that is stuck with one cause, service records first: their order is the stream's."""
        target, cause = self._target(request.form.get("target", "")), request.form.get("cause", "")[:120]
        query = DeliveryQuery(target=target.code, cause=cause, stuck=True, limit=100_000)
        count = self.services.outbox.resend_many(query, member(), EVERYWHERE)
        return redirect(f"/admin/reviews/?{urlencode({'target': target.code, 'resent': count})}")

    def _index(self) -> str:
        known = self._targets()
        chosen = self._target(request.args.get("target") or next(iter(known), "")) if known else None
        today = self.services.clock.now().date()
        code = chosen.code if chosen else ""
        days = self.services.exchange.loads.days(code, today - timedelta(days=DAYS - 1), today, EVERYWHERE) if chosen else []
        rows = [{**day, "day": day["day"].isoformat(), "title": f"{day['day']:%m-%d}"} for day in days]
        counts, (every, given) = self.services.outbox.counts(EVERYWHERE, code), self.services.reviews.counts()
        books = self.services.exchange.reconciling.latest(code, today - timedelta(days=DAYS - 1), today) if chosen else []
        resent = request.args.get("resent", type=int)
        return self.show(
            "reviews", targets=known, chosen=chosen, rows=rows, figures=FIGURES, groups=self._groups(code), counts=counts,
            stuck=sum(counts.get(s, 0) for s in STUCK), every=every, given=given, books=list(books)[::-1], may_edit=self.may(EDIT),
            page="Aggregation", done=f"{resent} 条已排队重新报送。" if resent is not None else "",
        )  # fmt: skip

    def _groups(self, target: str) -> Sequence[Group]:
        return self.services.outbox.groups(EVERYWHERE, target) if target else ()

    def _targets(self) -> Mapping[str, Target]:
        every = self.services.catalogue.current().compiled(compile_targets, "").all
        return {code: target for code, target in every.items() if target.transport == REVIEWS}

    def _target(self, code: str) -> Target:
        found = self._targets().get(code)
        if found is None:
            raise NotFound("没有这个好差评平台")
        return found


class ReviewAnomalies(ReviewsPage):
    route_base = "/admin/review-anomalies"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._page()

    @expose("/<anomaly>/settle", methods=["POST"])
    @allowed(EDIT)
    def settle(self, anomaly: str) -> Any:
        return self._done(lambda: self.services.reviews.anomalies.settle(anomaly[:36], request.form.get("note", ""), member()))

    @expose("/<review>/judge", methods=["POST"])
    @allowed(EDIT)
    def judge(self, review: str) -> Any:
        """An anomalous review is valid or isn't."""
        valid, note = request.form.get("valid") == "1", request.form.get("note", "")
        return self._done(lambda: self.services.reviews.judge(review[:36], valid, note, member()))

    def _done(self, act: Any) -> Any:
        try:
            act()
        except YichuangError as refused:
            return self._page(refused), refused.status
        return redirect("/admin/review-anomalies/?settled=1")

    def _page(self, refused: YichuangError | None = None) -> str:
        rooms, kind = self.services.reviews, request.args.get("kind", "")
        kind = kind if kind in KINDS else ""
        counts, at_the_city = dict(rooms.anomalies.counts()), self._refused()
        return self.show(
            "review_anomalies", kinds=KINDS, kind=kind, counts=counts, city=at_the_city, found=rooms.anomalies.list(state="open", kind=kind),
            waiting=rooms.anomalous(), grades=GRADES, refused=refused, may_edit=self.may(EDIT), page="ReviewAnomalies",
            channels=CHANNELS, done="已处理。" if "settled" in request.args else "",
        )  # fmt: skip

    def _refused(self) -> dict[str, int]:
        """What the city has against some, by kind: stuck, or waiting with a signature that isn't taken."""
        found: dict[str, int] = {}
        targets = [code for code, one in self.services.catalogue.current().compiled(compile_targets, "").all.items() if one.transport == REVIEWS]
        for target in targets:
            for group in self.services.outbox.groups(EVERYWHERE, target):
                if group.cause in KINDS:
                    found[group.cause] = found.get(group.cause, 0) + group.count
        return found


class ReviewRecording(ReviewsPage):
    route_base = "/admin/review-recording"
    default_view = "index"

    @expose("/")
    @allowed(EDIT)
    def index(self) -> str:
        return self._page(request.args.get("number", ""))

    @expose("/", methods=["POST"])
    @allowed(EDIT)
    def record(self) -> Any:
        """What somebody said on the telephone or by SMS."""
        form = request.form
        number = form.get("number", "")
        try:
            service = next((one for one in self._services(number) if one.id == form.get("service")), None)
            if service is None:
                raise InputRefused("请选择是哪一次服务", problems=[{"field": "service", "message": "请选择"}])
            self.services.reviews.record(service.id, self._given(), member())
        except YichuangError as refused:
            return self._page(number, refused), refused.status
        return redirect(f"/admin/review-recording/?{urlencode({'recorded': '1'})}")

    def _given(self) -> Given:
        form = request.form
        grade = form.get("grade", "")
        if grade not in "12345" or len(grade) != 1:
            raise InputRefused("请选择等级", problems=[{"field": "grade", "message": "请选择"}])
        try:
            at = datetime.fromisoformat(form.get("at", "")).replace(tzinfo=SHANGHAI)
        except ValueError:
            raise InputRefused("请填写评价时间", problems=[{"field": "at", "message": "请填写"}]) from None
        channel, key = form.get("channel", ""), form.get("key", "")[:64]
        return Given(int(grade), tuple(form.getlist("tag")), form.get("words", ""), channel=channel, key=key, at=at)

    def _services(self, number: str) -> Sequence[Invitation]:
        """Raises `NotFound`, noted as an anomaly."""
        found = self.services.reviews.of_number(number.strip()[:40])
        if not found:
            self.services.reviews.anomalies.note("unknown_case", "", "phone", "代录时查不到办件编号")
            raise NotFound("没有这个办件，或还没有可评价的服务；请核对办件编号")
        return found

    def _page(self, number: str, refused: YichuangError | None = None) -> str:
        found: Sequence[Invitation] = ()
        if number and not refused:
            try:
                found = self._services(number)
            except YichuangError as error:
                refused = error
        elif number:
            found = self.services.reviews.of_number(number.strip()[:40])
        now = self.services.clock.now()
        rules = self.services.reviews.rules.of(found[0].item) if found else None
        tags = {channel: [tag for tag in rules.tags.values() if tag.shows(channel)] for channel in RECORDED} if rules else {}
        return self.show(
            "review_recording", number=number, found=found, refused=refused, grades=rules.grades if rules else GRADES, tags=tags.get("phone", ()),
            channels={code: CHANNELS[code] for code in RECORDED}, now=f"{now:%Y-%m-%dT%H:%M}", moment_now=now, given=request.form,
            key=f"recorded-{now.timestamp():.6f}-{member().name}"[:64], page="ReviewRecording",
            done="已代录，标记为代录并计入评价。" if "recorded" in request.args else "", words_max=rules.words_max if rules else 500,
        )  # fmt: skip
