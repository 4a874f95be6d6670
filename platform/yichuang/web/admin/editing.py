"""The editor's routes: the page, and the JSON it talks. Everything happens inside a change set, which keeps what is still wrong."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, render_template, request
from flask_appbuilder import expose
from flask_wtf.csrf import generate_csrf

from yichuang.catalogue.documents import read, write
from yichuang.catalogue.kinds import fragments
from yichuang.errors import DefinitionMissing, MalformedInput
from yichuang.ports import Body
from yichuang.rules.literals import OPS_OF
from yichuang.web.admin import (
    calendar_preview,
    choices,
    commitment_preview,
    entrusted,
    facts,
    flow_preview,
    papers,
    positions,
    previews,
    role_preview,
    target_preview,
    warning_preview,
)
from yichuang.web.admin.codes import code_from
from yichuang.web.admin.page import allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.json import json_body, json_response
from yichuang.web.session import member

__all__ = ["EditorRoutes", "parse"]


BELONGS: Mapping[str, Mapping[str, list[str]]] = {"form": facts.belongings(), "document": papers.BELONGS}
"""What only some types of an element have, by kind of definition."""


def parse(text: str) -> Body:
    body: Body = orjson.loads(text)
    return body


class EditorRoutes:
    """Mixed into `Changes`."""

    services: Any
    show: Any
    may: Any
    told_finding: Any
    scope: Any
    accounts: Any

    @expose("/<int:number>/edit/<kind>/<code>")
    @allowed(EDIT)
    def edit(self, number: int, kind: str, code: str) -> str:
        found, change_set = self.services.kinds.get(kind), self.services.publishing.get(number)
        view = self.services.publishing.preview(number)
        body = view.find(kind, code)
        if body is None:
            raise DefinitionMissing
        self.scope(view).require(kind, code, body)
        return str(self.show("editor", kind=found, code=code, title=body.get("title", code), change_set=change_set))

    @expose("/<int:number>/api/<kind>/<code>")
    @allowed(EDIT)
    def load(self, number: int, kind: str, code: str) -> Response:
        """Body, schema, and all that the editor offers: shared fragments, comparisons by type, properties by field type."""
        publishing, found = self.services.publishing, self.services.kinds.get(kind)
        change_set = publishing.get(number)
        body = publishing.preview(number).find(kind, code)
        if body is None:
            raise DefinitionMissing
        return json_response(
            {
                "kind": kind, "kind_title": found.title, "code": code, "body": body, "revision": change_set.revision,
                "base": self.services.catalogue.current().find(kind, code), "schema": found.schema, "state": change_set.state,
                "fragments": {name.rsplit("/", 1)[-1]: schema for name, schema in fragments().items()},
                "ops": {kind: sorted(ops) for kind, ops in OPS_OF.items()}, "belongs": BELONGS.get(kind, {}),
                "fields": papers.fields() if kind == "document" else [],
            }
        )  # fmt: skip

    @expose("/<int:number>/api/<kind>/<code>", methods=["PUT"])
    @allowed(EDIT)
    def save(self, number: int, kind: str, code: str) -> Response:
        """Keep the body as it stands. Raises `ChangeSetOutdated` when somebody else saved meanwhile."""
        sent = json_body()
        body, revision = sent.get("body"), sent.get("revision")
        if not isinstance(body, dict) or not isinstance(revision, int):
            raise MalformedInput("缺少内容或修订号")
        body, view = {**body, "kind": kind, "code": code}, self.services.publishing.preview(number)
        self.scope(view).require(kind, code, view.find(kind, code), self.services.catalogue.current().find(kind, code), body)
        kept = self.services.publishing.put(number, body, member(), revision)
        return json_response({"revision": kept})

    @expose("/<int:number>/api/session")
    @allowed(READ)
    def session_state(self, number: int) -> Response:
        change_set = self.services.publishing.get(number)
        return json_response({"csrf": generate_csrf(), "revision": change_set.revision, "state": change_set.state})

    @expose("/<int:number>/api/findings")
    @allowed(READ)
    def findings(self, number: int) -> Response:
        self.services.publishing.get(number)
        found = self.services.publishing.check(number) if self.services.publishing.entries(number) else []
        return json_response({"findings": [self.told_finding(number, finding) for finding in found]})

    @expose("/<int:number>/api/<kind>/<code>/facts")
    @allowed(EDIT)
    def facts(self, number: int, kind: str, code: str) -> Response:
        return json_response(facts.offered(self.services.publishing.preview(number), kind, code))

    @expose("/<int:number>/api/choices")
    @allowed(EDIT)
    def choices(self, number: int) -> Response:
        target = request.args.get("target", "")[:120]
        return json_response({"choices": choices.offered(self.services.publishing.preview(number), target)})

    @expose("/<int:number>/api/<kind>/<code>/preview", methods=["GET"])
    @allowed(READ)
    def preview_data(self, number: int, kind: str, code: str) -> Response:
        view = self.services.publishing.preview(number)
        return json_response(previews.data(view, kind, code, self.services.clock.now().date()))

    @expose("/<int:number>/preview/<kind>/<code>")
    @allowed(READ)
    def preview(self, number: int, kind: str, code: str) -> str:
        view, asked = self.services.publishing.preview(number), request.args.get("at", "")
        if kind == "role":
            postings = self.services.authority.postings()
            return role_preview.preview(view, code, self.services.catalogue.current(), self.accounts.all(), postings)
        if kind == "calendar":
            return calendar_preview.preview(view, code, self.services.catalogue.current(), asked, self.services.clock.now().date())
        if kind == "flow":
            return flow_preview.preview(view, code, self.services.catalogue.current())
        if kind == "entrustment":
            return entrusted.preview(view, code, self.services.catalogue.current(), asked, self.services.clock.now())
        if kind in ("commitment", "commitment_rules"):
            return commitment_preview.preview(view, kind, code, request.args, self.services.clock.now().date())
        if kind == "target":
            return target_preview.preview(view, code, self.services.kinds.get("mapping").schema)
        if kind == "warning":
            return warning_preview.preview(self.services, view, code)
        if kind == "document":
            return papers.preview(self.services, view, number, code, request.args)
        return render_template(
            "admin/preview.html", number=number, kind=kind, code=code, release=self.services.catalogue.current().release
        )

    @expose("/<int:number>/paper/<code>")
    @allowed(READ)
    def paper(self, number: int, code: str) -> Response:
        """A drafted document as PDF, with invented values."""
        return papers.paper(self.services, self.services.publishing.preview(number), code, request.args)

    @expose("/<int:number>/notice/<code>")
    @allowed(READ)
    def notice(self, number: int, code: str) -> Response:
        """The one-time notice as it would be, for the situation in `s` (JSON)."""
        view = self.services.publishing.preview(number)
        situation = _object(request.args.get("s", ""))
        day = request.args.get("day", "")
        return previews.notice(
            view, code, situation, _object(request.args.get("f", "")), self.services.clock.now().date(), day
        )

    @expose("/<int:number>/api/source", methods=["POST"])
    @allowed(EDIT)
    def to_source(self, number: int) -> Response:
        """A body as YAML, with the line of every place."""
        sent = json_body()
        kind = self.services.kinds.get(str(sent.get("kind", "")))
        text = write(_mapping(sent.get("body")), kind.schema)
        return json_response({"text": text, "lines": positions.lines(text)})

    @expose("/<int:number>/api/body", methods=["POST"])
    @allowed(EDIT)
    def from_source(self, number: int) -> Response:
        """YAML read. Raises `MalformedInput` with line and column."""
        text = json_body().get("text")
        if not isinstance(text, str):
            raise MalformedInput("缺少文本")
        return json_response({"body": read(text), "lines": positions.lines(text)})

    @expose("/api/code")
    @allowed(EDIT)
    def code_for(self) -> Response:
        """A code for a title: pinyin."""
        taken = set(request.args.get("taken", "")[:20_000].split(","))
        return json_response({"code": code_from(request.args.get("title", "")[:200], taken)})


def _object(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedInput("缺少内容")
    return value
