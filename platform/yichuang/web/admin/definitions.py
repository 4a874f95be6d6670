"""All definitions of a kind in force; one definition with its versions; the way into the editor."""

import re
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose
from werkzeug.wrappers import Response

from yichuang.catalogue.documents import read, write
from yichuang.catalogue.kinds import Kind
from yichuang.catalogue.packing import export_zip
from yichuang.catalogue.search import pinyin
from yichuang.errors import DefinitionMissing, InputRefused, NotAllowed
from yichuang.ports import Actor, Body
from yichuang.web.admin.codes import code_from
from yichuang.web.admin.differing import between
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.item_page import STATES
from yichuang.web.session import member

PLACE = re.compile(r"[\w/.-]{1,200}")


class Definitions(Page):
    route_base = "/admin/definitions"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> Any:
        return redirect(url_for("Definitions.of_kind", kind="item"))

    @expose("/<kind>/")
    @allowed(READ)
    def of_kind(self, kind: str) -> str:
        found = self.services.kinds.get(kind)
        query, state, mine = request.args.get("q", "").strip()[:60], request.args.get("state", ""), "mine" in request.args
        rows = [row for row in self._rows(found) if _fits(row, query.lower()) and (not state or row["state"] == state)]
        return self.show(
            "definitions", kind=found, kinds=list(self.services.kinds), rows=[row for row in rows if not (mine and row["refusal"])], q=query,
            state=state, states=STATES, mine=mine, scope=self.scope(),
        )  # fmt: skip

    def _rows(self, kind: Kind) -> list[dict[str, Any]]:
        snapshot = self.services.catalogue.current()
        changed = _last_changed(self.services)
        editing = {
            (e.kind, e.code): c for c in self.services.publishing.all() for e in self.services.publishing.entries(c.id)
        }
        departments = {e.code: e.department_title for e in snapshot.index.entries()} if kind.name == "item" else {}
        words, scope = snapshot.words(kind.name), self.scope()
        edits = self.may(EDIT) and not scope.everything
        return [
            {
                "code": code, "title": title, "version": snapshot.version(kind.name, code), "state": words[code].get("state", ""),
                "department": departments.get(code, ""), "release": changed.get(f"{kind.name}/{code}"),
                "editing": editing.get((kind.name, code)),
                "refusal": scope.listed(kind.name, code, title) if edits else "",
            }
            for code, title in snapshot.titles(kind.name).items()
        ]  # fmt: skip

    @expose("/<kind>/<code>")
    @allowed(READ)
    def one(self, kind: str, code: str) -> str:
        """The definition: its versions, what each changed, where it is used."""
        found = self.services.kinds.get(kind)
        snapshot = self.services.catalogue.current()
        versions = self.services.publishing.versions(kind, code)
        if not versions:
            raise DefinitionMissing
        bodies = [read(version.body) for version in versions]
        changes = [
            [str(d) for d in between(old, new, found, snapshot)]
            for new, old in zip(bodies, [*bodies[1:], None], strict=True)
        ]
        users = [
            (name, c)
            for name in self.services.kinds.names
            for c, w in snapshot.words(name).items()
            if f"{kind}/{code}" in w.get("refs", ())
        ]
        titles = {name: snapshot.titles(name) for name in {name for name, _ in users}}
        editing = [
            c
            for c in self.services.publishing.all()
            if any((e.kind, e.code) == (kind, code) for e in self.services.publishing.entries(c.id))
        ]
        return self.show(
            "definition", kind=found, code=code, title=versions[0].title, versions=list(zip(versions, changes, strict=True)),
            current=snapshot.version(kind, code), source=write(bodies[0], found.schema), editing=editing, name_of=self.name_of(),
            users=[(self.services.kinds.get(n).title, n, c, titles[n].get(c, c)) for n, c in users],
            refusal=self.scope().refusal(kind, code, snapshot.find(kind, code)) if self.may(EDIT) else "",
        )  # fmt: skip

    @expose("/<kind>/<code>/edit", methods=["POST"])
    @allowed(EDIT)
    def edit(self, kind: str, code: str) -> Any:
        """Into the editor, at a `place` when one is named: the member's own open change set goes on, or a new one begins."""
        self.scope().require(kind, code, self.services.catalogue.current().get(kind, code))
        change_set = own_change_set(self.services, member(), request.form.get("change_set", ""))
        place = request.form.get("place", "")
        return redirect(url_for("Changes.edit", number=change_set, kind=kind, code=code) + (f"#{place}" if PLACE.fullmatch(place) else ""))

    @expose("/<kind>/new", methods=["POST"])
    @allowed(EDIT)
    def new(self, kind: str) -> Any:
        """A new definition, or a copy of one: `title` as typed, the code made from it."""
        found, who = self.services.kinds.get(kind), member()
        title = request.form.get("title", "").strip()[:200]
        if not title:
            raise InputRefused("请填写名称", problems=[{"field": "title", "message": "请填写名称"}])
        scope = self.scope()
        if not scope.may_begin(kind):
            raise NotAllowed(f"{found.title}由各部门共用，请由事项管理员新建")
        change_set = own_change_set(self.services, who, "")
        view = self.services.publishing.preview(change_set)
        code = request.form.get("code", "").strip() or code_from(title, set(view.codes(kind)))
        if code in view.codes(kind):
            raise InputRefused(f"代码“{code}”已被使用", problems=[{"field": "code", "message": "请换一个代码"}])
        source = view.find(kind, request.form.get("copy", "")) or blank(found.schema)
        body = scope.owned(kind, {**source, "kind": kind, "code": code, "title": title})
        self.scope(view).require(kind, code, body)
        self.services.publishing.put(change_set, body, who)
        return redirect(url_for("Changes.edit", number=change_set, kind=kind, code=code))

    @expose("/<kind>/<code>/remove", methods=["POST"])
    @allowed(EDIT)
    def remove(self, kind: str, code: str) -> Any:
        who = member()
        self.scope().require(kind, code, self.services.catalogue.current().find(kind, code))
        change_set = own_change_set(self.services, who, "")
        self.services.publishing.remove(change_set, kind, code, who)
        return redirect(url_for("Changes.one", number=change_set))

    @expose("/export.zip")
    @allowed(READ)
    def export(self) -> Response:
        snapshot = self.services.catalogue.current()
        name = f"yichuang-release-{snapshot.release}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(export_zip(snapshot, self.services.kinds), mimetype="application/zip", headers=headers)


def own_change_set(services: Any, who: Actor, wanted: str) -> int:
    own = services.publishing.all(author=who.name)
    if wanted.isdigit() and any(c.id == int(wanted) for c in own):
        return int(wanted)
    if own and wanted != "new":
        return int(own[0].id)
    return int(services.publishing.open(f"{services.clock.now():%m 月 %d 日}的修改", who))


def blank(schema: Any) -> Body:
    """The least of a definition: required properties empty, to be filled in."""
    return {
        key: _empty(schema["properties"][key]) for key in schema["required"] if key not in ("kind", "code", "title")
    }


def _empty(schema: Any) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {key: _empty(schema["properties"][key]) for key in schema.get("required", ())}
    return {"array": [], "integer": schema.get("minimum", 0), "number": 0, "boolean": False}.get(
        schema.get("type", ""), ""
    )


def _fits(row: dict[str, Any], query: str) -> bool:
    words = (row["title"].lower(), row["code"], row["department"], *pinyin(row["title"]))
    return not query or any(query in word for word in words)


def _last_changed(services: Any) -> dict[str, Any]:
    """`kind/code` → the last release in force that changed it."""
    found: dict[str, Any] = {}
    for release in services.publishing.releases(500):
        if release.state == "effective":
            for name in release.changes:
                found.setdefault(name, release)
    return found
