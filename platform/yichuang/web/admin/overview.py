"""`/admin/`: where things stand today."""

from collections import Counter
from typing import Any

from flask import redirect
from flask_appbuilder import expose

from yichuang.errors import NotAllowed
from yichuang.web.admin.exchange_scope import seeing
from yichuang.web.admin.page import Page, allowed, entries
from yichuang.web.admin.permissions import READ
from yichuang.web.item_page import STATES
from yichuang.web.session import member
from yichuang.web.workplaces import open_workplaces


class Overview(Page):
    route_base = "/admin"
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        member()
        if not self.may(READ):
            return redirect(self._elsewhere())
        return self._page()

    @allowed(READ)
    def _page(self) -> str:
        services = self.services
        today = services.clock.now().date()
        snapshot = services.catalogue.current()
        states = Counter(entry.state for entry in snapshot.index.entries())
        releases = services.publishing.releases(40)
        return self.show(
            "overview",
            snapshot=snapshot,
            current=next((r for r in releases if r.number == snapshot.release), None),
            scheduled=sorted((r for r in releases if r.state == "scheduled"), key=lambda r: r.effective_at),
            recent=[r for r in releases if r.state != "superseded"][:5],
            open_sets=[(c, services.publishing.entries(c.id)) for c in services.publishing.all()[:6]],
            states=[(code, title, states[code]) for code, title in STATES.items()],
            kinds=[(kind, len(snapshot.codes(kind.name))) for kind in services.kinds],
            notices=services.notices.statistics(today, today, "channel"),
            exchange=self._exchange(),
            name_of=self.name_of(),
        )

    def _exchange(self) -> list[dict[str, Any]] | None:
        """How targets stand, within reach; None for who has nothing to do with them."""
        if not self.may(READ, "Syncing"):
            return None
        reach, room = seeing(), self.services.exchange
        loads = {code: load for code, load in sorted(room.alarms.fresh(reach).items()) if code in room.targets().all}
        alarms, targets = room.alarms.now(reach), room.targets()
        return [
            {"code": code, "title": targets.title(code), "load": load, "alarms": [alarm.words for alarm in alarms if alarm.target == code]}
            for code, load in loads.items()
        ]

    def _elsewhere(self) -> str:
        """The first page the member may see; clerks work at the desk."""
        menu = entries(self.appbuilder)
        if menu:
            return menu[0]["url"]
        for _, address in open_workplaces():
            return address
        raise NotAllowed("您的账号还没有可用的角色，请联系安全管理员授予角色")
