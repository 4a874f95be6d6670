"""`/api/v1/`: every route from its declaration; no cookies, so no CSRF; limited per client where it costs."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request

from yichuang.errors import InputRefused
from yichuang.services import Services
from yichuang.web.api import entrusted, inbound, intakes, shapes
from yichuang.web.api.answers import Answers
from yichuang.web.api.handbook import groups
from yichuang.web.api.keys import caller, keyed
from yichuang.web.api.openapi import SIGNED, document
from yichuang.web.api.operations import Operation, Parameter, Schema
from yichuang.web.guards import csrf, limiter
from yichuang.web.json import json_body, json_response

ITEM = Parameter("code", "path", "事项代码", {"type": "string", "pattern": shapes.CODE})
READS, WRITES, ISSUES = shapes.READS, "120/minute", "30/minute"
VERSION = "1.0"


def operations(services: Services) -> list[Operation]:
    """All of version 1, in the order of the document."""
    answers = Answers(services)
    queries = (
        Parameter("q", "query", "名称、代码、拼音首字母、别名或部门", {"type": "string", "maxLength": 60}),
        Parameter("department", "query", "实施部门代码"),
        Parameter("theme", "query", "主题代码"),
    )
    release = Parameter("release", "path", "发布版本号", {"type": "integer", "minimum": 1})
    notice = Parameter("notice", "path", "告知单号")
    table = Parameter("code", "path", "代码表代码", {"type": "string", "pattern": shapes.CODE})
    return [
        Operation("get", "/items", "listItems", "查找事项", answers.items, shapes.ITEM_LIST, queries, limit=READS),
        Operation("get", "/items/{code}", "getItem", "事项要素、情形问题与材料", answers.item, shapes.ITEM, (ITEM,), problems=(404,), limit=READS),
        Operation(
            "get", "/items/{code}/form-schema", "getFormSchema", "申请表答案的 JSON Schema", answers.form_schema, shapes.FREE, (ITEM,),
            problems=(404,), limit=READS,
        ),
        Operation(
            "post", "/items/{code}/checklist", "decideChecklist", "按情形给出材料清单和理由", answers.checklist, shapes.CHECKLIST, (ITEM,),
            shapes.SITUATED, (404,), WRITES,
        ),
        Operation(
            "post", "/items/{code}/validate", "validateAnswers", "校验申请表答案", answers.validate, shapes.VALIDATED, (ITEM,),
            shapes.ANSWERED, (404,), WRITES,
        ),
        Operation(
            "post", "/items/{code}/notices", "issueNotice", "按情形出具一次性告知单", answers.notice, shapes.NOTICE, (ITEM,),
            shapes.NOTICE_REQUEST, (404, 422), ISSUES, 201,
        ),
        Operation(
            "get", "/notices/{notice}/qr.svg", "getNoticeQr", "告知单的二维码图片", answers.notice_qr, shapes.TEXT, (notice,),
            problems=(404,), limit=READS, cached=True, media="image/svg+xml",
        ),
        Operation(
            "get", "/releases/{release}/tables/{code}", "getTable", "某一版的代码表", answers.table, shapes.TABLE, (release, table),
            problems=(404,), limit=READS, cached=True,
        ),
        *intakes.operations(services),
        *inbound.operations(services),
        *entrusted.operations(services),
    ]  # fmt: skip


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("api", __name__, url_prefix="/api/v1")
    csrf.exempt(pages)
    declared = operations(services)
    for operation in declared:
        rule = operation.path.replace("{release}", "<int:release>").replace("{", "<").replace("}", ">")
        view = keyed(services, operation, _view(operation)) if operation.scope else _view(operation)
        view = limiter.limit(operation.limit, key_func=caller if operation.scope else None)(view) if operation.limit else view
        pages.add_url_rule(rule, operation.name, view, methods=[operation.method.upper()])

    @pages.get("/openapi.json")
    def openapi() -> Response:
        return json_response(document(declared, VERSION))

    @pages.get("/docs")
    def docs() -> str:
        told = document(declared, VERSION)
        return render_template("api/docs.html", groups=groups(told), version=VERSION, signed=SIGNED, base=services.settings.base_url)

    return pages


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**values: Any) -> Response:
        if operation.request is None:
            _expect_queries(operation)
            answer = operation.handler(**values)
        else:
            body = json_body()
            operation.check(body)
            answer = operation.handler(**values, body=body)
        json = operation.media == "application/json"
        response = json_response(answer, operation.status) if json else Response(answer, operation.status, mimetype=operation.media)
        if operation.cached:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    view.__name__ = operation.name
    return view


def _expect_queries(operation: Operation) -> None:
    """Raises `InputRefused` for arguments of the query that are not as declared."""
    problems = []
    for parameter in operation.parameters:
        raw = request.args.get(parameter.name, "") if parameter.where == "query" else ""
        if raw and (fault := _fault(raw, parameter.schema)):
            problems.append({"field": parameter.name, "message": fault})
    if problems:
        raise InputRefused("请求内容不符合接口说明", problems=problems)


def _fault(raw: str, schema: Schema) -> str:
    if schema.get("type") == "integer":
        lowest, highest = schema.get("minimum", 0), schema.get("maximum", 2**53)
        fits = raw.isascii() and raw.isdigit() and len(raw) <= 16 and lowest <= int(raw) <= highest
        return "" if fits else f"须为 {lowest} 至 {highest} 的整数"
    longest = schema.get("maxLength")
    if longest and len(raw) > longest:
        return f"最多 {longest} 个字"
    if "pattern" in schema and not re.search(schema["pattern"], raw):
        return "格式不对"
    return "" if raw in schema.get("enum", (raw,)) else "不在允许的取值中"
