"""The shapes of requests and answers, as JSON Schema; the OpenAPI document is made of these."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
FREE: Schema = {"type": "object"}
READS = "300/minute"
CODE = "^[a-z][a-z0-9_]{0,63}$"


def listing(of: Schema) -> dict[str, Any]:
    return {"type": "array", "items": of}


def shape(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def titled(title: str, schema: Schema) -> dict[str, Any]:
    return {**schema, "description": title}


ITEM_LINE = shape(
    {
        "code": titled("事项代码", TEXT),
        "title": titled("事项名称", TEXT),
        "state": titled("状态", {"enum": ["active", "suspended"]}),
        "state_title": TEXT,
        "department": titled("实施部门代码", TEXT),
        "department_title": TEXT,
        "item_type": titled("事项类型代码", TEXT),
        "item_type_title": TEXT,
        "case_type": titled("办件类型代码", TEXT),
        "case_type_title": TEXT,
        "themes": titled("主题代码", listing(TEXT)),
        "promised": titled("承诺时限，文字", TEXT),
        "demo": titled("是否演示数据", FLAG),
        "form": titled("是否有申请表", FLAG),
    }
)
ITEM_LIST = shape({"release": titled("发布版本号", WHOLE), "items": listing(ITEM_LINE)})
ELEMENT = shape({"term": TEXT, "value": TEXT})
OPTION: dict[str, Any] = shape({"code": TEXT, "title": TEXT}, {"hint": TEXT, "stop": titled("选中后不能继续办理的原因", TEXT)})
QUESTION: dict[str, Any] = shape(
    {"code": TEXT, "title": TEXT, "multiple": titled("可否多选", FLAG), "depth": titled("嵌套层次，从 1 起", WHOLE), "options": listing(OPTION)},
    {"hint": TEXT, "parent": titled("上级问题代码", TEXT), "option": titled("选了上级的哪一项才问", TEXT)},
)
ITEM = shape(
    {
        "release": WHOLE,
        "code": TEXT,
        "title": TEXT,
        "state": {"enum": ["draft", "active", "suspended", "cancelled"]},
        "elements": titled("办理要素，名称与文字", listing(ELEMENT)),
        "basis": titled("设定依据", listing(FREE)),
        "accept_conditions": listing(TEXT),
        "process": listing(FREE),
        "questions": titled("全部情形问题，按顺序", listing(QUESTION)),
        "materials": titled("全部材料", listing(FREE)),
        "form": titled("是否有申请表", FLAG),
    },
    {"successor": titled("改办事项代码", TEXT), "state_note": TEXT},
)
SITUATION = titled(
    "情形答案：问题代码 → 选项代码，多选为列表",
    {"type": "object", "maxProperties": 200, "additionalProperties": {"type": ["string", "array"], "items": TEXT, "maxLength": 64, "maxItems": 100}},
)
APPLICANT = titled("申请人", shape({}, {"kind": titled("服务对象代码", {"type": "string", "maxLength": 32})}))
ANSWERS = titled("表单答案，见该事项的 form-schema", {"type": "object", "maxProperties": 1000})
SITUATED = shape({}, {"situation": SITUATION, "applicant": APPLICANT})
ANSWERED = shape({"answers": ANSWERS}, {"situation": SITUATION, "applicant": APPLICANT})
ERROR = shape(
    {
        "path": titled("栏目路径", TEXT),
        "title": TEXT,
        "kind": titled("错误类别，稳定", TEXT),
        "message": TEXT,
        "severity": {"enum": ["error", "warning"]},
    }
)
MATERIAL = shape(
    {
        "code": TEXT,
        "title": TEXT,
        "necessity": {"enum": ["required", "optional", "deferrable"]},
        "needed": titled("本情形是否需要", FLAG),
        "undecided": titled("还有问题没答，尚不能确定", FLAG),
        "words": titled("理由，中文", TEXT),
        "originals": WHOLE,
        "copies": WHOLE,
        "e_licence": titled("可否用电子证照", FLAG),
        "commitment": titled("可否以承诺替代", FLAG),
        "generated": titled("是否由申请表生成", FLAG),
    }
)
CHECKLIST = shape(
    {
        "release": WHOLE,
        "questions": titled("按现有答案应问的问题", listing(QUESTION)),
        "situation_errors": listing(ERROR),
        "materials": listing(MATERIAL),
        "tips": listing(shape({"text": TEXT, "tone": {"enum": ["info", "warning", "alert"]}})),
    }
)
VALIDATED = shape({"release": WHOLE, "valid": titled("可否提交（提醒不妨碍）", FLAG), "errors": listing(ERROR)})
NOTICE_REQUEST = shape({}, {"situation": SITUATION, "applicant": APPLICANT, "channel": {"enum": ["api", "guide", "kiosk", "apply"]}})
NOTICE = shape(
    {"code": titled("告知单号", TEXT), "url": titled("告知单网址，二维码内容", TEXT), "pdf_url": TEXT, "qr_url": titled("二维码图片（SVG）", TEXT)}
)
TABLE = shape(
    {
        "release": WHOLE,
        "code": TEXT,
        "title": TEXT,
        "entries": listing(
            shape(
                {"code": TEXT, "title": TEXT},
                {"parent": TEXT, "keywords": TEXT, "initials": titled("拼音首字母", TEXT), "disabled": FLAG},
            )
        ),
    }
)
PROBLEM = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": titled("中文说明", TEXT),
        "status": WHOLE,
        "detail": TEXT,
        "request_id": TEXT,
        "problems": listing({"type": "object", "properties": {"field": TEXT, "message": TEXT}, "required": ["field", "message"]}),
    },
    "required": ["type", "title", "status"],
}
