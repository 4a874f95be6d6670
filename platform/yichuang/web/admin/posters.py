"""Posters: the QR codes of a theme or a department on one printable sheet."""

from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from yichuang.errors import InputRefused
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import READ
from yichuang.web.guide import directory
from yichuang.web.session import member


class Posters(Page):
    route_base = "/admin/posters"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        snapshot = self.services.catalogue.current()
        items = sorted(
            (e for e in snapshot.index.entries() if e.state == "active"), key=lambda e: (e.department_title, e.title)
        )
        return self.show(
            "posters",
            themes=list(directory.themes(snapshot)),
            departments=list(directory.departments(snapshot)),
            items=items,
        )

    @expose("/poster.pdf", methods=["POST"])
    @allowed(READ)
    def poster(self) -> Response:
        """The PDF. Notices are issued for it where an item has none yet, so it is asked for by POST."""
        title = request.form.get("title", "").strip()[:40] or "办事一次告知"
        items = [code for code in request.form.getlist("item") if code in self._open()]
        if not items:
            raise InputRefused(
                "请至少选择一个事项", problems=[{"field": "item", "message": "请至少选择一个在用的事项"}]
            )
        pdf = self.services.notices.poster(items[:60], title, member())
        return Response(
            pdf, mimetype="application/pdf", headers={"Content-Disposition": 'inline; filename="poster.pdf"'}
        )

    def _open(self) -> set[Any]:
        return {e.code for e in self.services.catalogue.current().index.entries() if e.state == "active"}
