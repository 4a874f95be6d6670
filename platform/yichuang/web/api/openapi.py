"""The OpenAPI 3.1 document, made of the operations' own declarations."""

from collections.abc import Sequence
from typing import Any

from yichuang.web.api.operations import Operation
from yichuang.web.api.shapes import PROBLEM

PROBLEMS = {
    400: "请求有误", 401: "密钥缺失、不对或已过期", 403: "密钥没有这项权限", 404: "没有找到", 409: "状态不允许", 422: "内容不能通过", 429: "过于频繁",
}  # fmt: skip


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "一窗开放接口",
            "version": version,
            "description": "公开的事项、情形、材料清单、表单校验、一次性告知单与委托受理范围，不需要登录，不收集个人信息；"
            "推送给部门的办件数据凭部门的接口密钥读取。",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "在“接口管理”中为部门系统开通的密钥"}},
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    refused = {
        str(status): {
            "description": PROBLEMS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*operation.problems, *((400,) if operation.request else ()), *((429,) if operation.limit else ())})
    }
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            {"name": p.name, "in": p.where, "required": p.where == "path", "description": p.description, "schema": dict(p.schema)}
            for p in operation.parameters
        ],
        "responses": {
            str(operation.status): {"description": "成功", "content": {operation.media: {"schema": dict(operation.response)}}},
            **refused,
        },
    }
    if operation.limit:
        described["description"] = f"限频：每个来源 {operation.limit}。"
    if operation.scope:
        described["security"] = [{"key": []}]
        described["description"] += f"密钥须有权限 {operation.scope}。"
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": dict(operation.request)}}}
    return described
