"""What a drafted warning rule would mean: the rule as a sentence, whom it tells, how often it would have warned lately."""

from typing import Any

from flask import render_template

from yichuang.errors import YichuangError
from yichuang.ports import DefinitionView
from yichuang.services import Services
from yichuang.warnings.compiled import KIND, REPEATED, Rule, span_words, told
from yichuang.warnings.titles import compile_titles
from yichuang.web.admin.previews import BROKEN
from yichuang.web.session import grants

DAYS, MOST = 30, 20
FIGURES = "reviews.figures"
"""When a review was given, a rule that counts each of them would tell."""
PROBLEM = "内容还不完整，修正右侧所列问题后即可预览。"


def preview(services: Services, view: DefinitionView, code: str) -> str:
    """The page beside the editor."""
    try:
        body = view.find(KIND, code) or {}
        values = _told(services, view, Rule(body)) | {"sentence": told(body)}
    except (YichuangError, *BROKEN):
        return render_template("admin/preview_warning.html", problem=PROBLEM)
    return render_template("admin/preview_warning.html", problem="", days=DAYS, **values)


def _told(services: Services, view: DefinitionView, rule: Rule) -> dict[str, Any]:
    titles = compile_titles(view, "")
    may = grants().may(FIGURES)
    found = services.warnings.would_have(rule.body, DAYS) if may else ()
    rows = [{"at": one.events[-1].at, "words": titles.repeated(rule, one.subject, len(one.events))} for one in found[::-1][:MOST]]
    roles = [str((view.find("role", code) or {}).get("title", code)) for code in rule.body.get("roles", ())]
    again = span_words(rule.body["repeat"]) if rule.body.get("repeat") else ""
    return {
        "rows": rows, "count": len(found), "counted": rule.watch == REPEATED, "may": may, "roles": roles, "again": again,
        "off": bool(rule.body.get("disabled")),
    }  # fmt: skip
