"""The OpenAPI 3.1 document, made of the operations' own declarations."""

from collections.abc import Sequence
from typing import Any

from yichuang.web.api.operations import Operation
from yichuang.web.api.shapes import PROBLEM

SIGNED = (
    ("client", "X-Yichuang-Client", "密钥中间一段（yck_ 之后、下一个 _ 之前）"),
    ("time", "X-Yichuang-Time", "Unix 秒，与服务器相差不超过 300 秒"),
    ("nonce", "X-Yichuang-Nonce", "8 至 64 个字母、数字、- 或 _，每个请求不同"),
    ("signature", "X-Yichuang-Signature", "十六进制 HMAC-SHA256，见说明"),
)
SIGNING = (
    "签名：签名密钥 = HMAC-SHA256（密钥全文，“yichuang-request-signing”）；签名 = HMAC-SHA256（签名密钥，方法、路径和查询、时间、随机串、"
    "正文的 SHA-256 十六进制，各占一行）的十六进制。正文为空时按空串计算。同一随机串只接受一次。"
)
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
            "办件（接件）的读取和部门推送凭接口密钥，或者对请求签名。" + SIGNING,
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "在“API 管理”中为对方系统开通的密钥"},
                **{name: {"type": "apiKey", "in": "header", "name": header, "description": words} for name, header, words in SIGNED},
            },
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    refused = {
        str(status): {
            "description": PROBLEMS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*operation.problems, *((400,) if operation.request or _asks(operation) else ()), *((429,) if operation.limit else ())})
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
    limits = f"限频：每个来源 {operation.limit}。" if operation.limit else ""
    rights = f"客户端须有权限 {operation.scope}；每日次数和每分钟次数按客户端设定。" if operation.scope else ""
    if limits or rights:
        described["description"] = limits + rights
    if operation.scope:
        described["security"] = [{"key": []}, {"client": [], "time": [], "nonce": [], "signature": []}]
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": dict(operation.request)}}}
    return described


def _asks(operation: Operation) -> bool:
    """Whether there are arguments of the query that can be wrong."""
    return any(parameter.where == "query" for parameter in operation.parameters)
