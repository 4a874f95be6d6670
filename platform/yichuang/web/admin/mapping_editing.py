"""The routes that only the editor of mappings talks: our fields, the trial, an invented sample, another system's schema."""

from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from yichuang.catalogue.documents import read
from yichuang.errors import DefinitionMissing, InputRefused, MalformedInput
from yichuang.mappings.given import schemas
from yichuang.ports import Body, DefinitionView
from yichuang.web.admin import mapping_desk
from yichuang.web.admin.mapping_samples import invented
from yichuang.web.admin.mapping_trial import tried
from yichuang.web.admin.page import allowed
from yichuang.web.admin.permissions import EDIT
from yichuang.web.json import json_body, json_response

MOST_TEXT = 1_000_000


def given_schemas(text: Any) -> list[dict[str, Any]]:
    """What a pasted text offers, for a choice. Raises `InputRefused`, `MalformedInput` in words."""
    if not isinstance(text, str) or not text.strip():
        raise InputRefused("请先粘贴内容，或选择文件")
    if len(text) > MOST_TEXT:
        raise InputRefused("内容超过 1 MB，请只保留办件要送的部分")
    return [{"name": one.name, "title": one.title, "schema": one.schema, "fields": one.fields} for one in schemas(read(text))]


class MappingRoutes:
    """Mixed into `Changes`."""

    services: Any
    scope: Any

    @expose("/<int:number>/mapping/<code>/desk")
    @allowed(EDIT)
    def mapping_desk(self, number: int, code: str) -> Response:
        view, body = self._mapping(number, code)
        published = self.services.catalogue.current().find("mapping", code) is not None
        steps = mapping_desk.steps(self.services.kinds.get("mapping").schema)
        return json_response({"paths": mapping_desk.told_paths(view, body), "steps": steps, "published": published})

    @expose("/<int:number>/mapping/<code>/trial", methods=["POST"])
    @allowed(EDIT)
    def mapping_trial(self, number: int, code: str) -> Response:
        """The body as it stands in the browser, saved or not."""
        view, _ = self._mapping(number, code)
        sent = json_body()
        body, sample, step = sent.get("body"), sent.get("sample"), sent.get("step")
        if not isinstance(body, dict) or not isinstance(sample, int) or not isinstance(step, str):
            raise MalformedInput("缺少内容")
        return json_response(tried(view, body, sample, step, self.services.catalogue.current().find("mapping", code)))

    @expose("/<int:number>/mapping/<code>/invented")
    @allowed(EDIT)
    def mapping_invented(self, number: int, code: str) -> Response:
        view, body = self._mapping(number, code)
        return json_response({"record": invented(view, mapping_desk.items_of(body), request.args.get("step", "")[:40])})

    @expose("/<int:number>/mapping/<code>/schema", methods=["POST"])
    @allowed(EDIT)
    def mapping_schema(self, number: int, code: str) -> Response:
        self._mapping(number, code)
        return json_response({"schemas": given_schemas(json_body().get("text"))})

    def _mapping(self, number: int, code: str) -> tuple[DefinitionView, Body]:
        """As it stands in the change set. Raises `DefinitionMissing`, `NotAllowed`."""
        self.services.publishing.get(number)
        view = self.services.publishing.preview(number)
        body = view.find("mapping", code)
        if body is None:
            raise DefinitionMissing
        self.scope(view).require("mapping", code, body)
        return view, body
