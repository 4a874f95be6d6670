"""A route and its description are one value: what is declared here is what is served, checked and documented."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import jsonschema_rs

from yichuang.errors import InputRefused

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    where: Literal["path", "query"]
    description: str
    schema: Schema = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True)
class Operation:
    """One method on one path. `handler` gets the path's values, and the body where `request` declares one.

    `scope`: what the caller's key must be good for (`clients.client.SCOPES`); empty: open to all, without key.
    """

    method: Literal["get", "post"]
    path: str
    name: str
    summary: str
    handler: Callable[..., Any]
    response: Schema
    parameters: Sequence[Parameter] = ()
    request: Schema | None = None
    problems: Sequence[int] = ()
    limit: str = ""
    status: int = 200
    cached: bool = False
    media: str = "application/json"
    scope: str = ""

    @cached_property
    def _validator(self) -> Any:
        return jsonschema_rs.validator_for(dict(self.request or {}))

    def check(self, body: Any) -> None:
        """Raises `InputRefused` naming each field at fault, in Chinese."""
        problems = [{"field": "/".join(map(str, e.instance_path)), "message": words(e.kind)} for e in self._validator.iter_errors(body)]
        if problems:
            raise InputRefused("请求内容不符合接口说明", problems=problems)


def words(kind: Any) -> str:
    """What a schema fault means for whoever wrote the request."""
    name = type(kind).__name__.removeprefix("ValidationErrorKind_")
    said = {
        "Type": "类型不对",
        "Required": "缺少必填项",
        "AdditionalProperties": "有接口说明之外的项",
        "Enum": "不在允许的取值中",
        "MaxLength": "太长",
        "MaxProperties": "项目太多",
        "MaxItems": "项目太多",
        "Pattern": "格式不对",
    }.get(name, "不符合接口说明")
    extra = getattr(kind, "property", None) or "、".join(getattr(kind, "unexpected", ()) or ())
    return f"{said}：{extra}" if extra else said
