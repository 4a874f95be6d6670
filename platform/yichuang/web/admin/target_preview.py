"""What a drafted target would mean: which items go there, at which steps there is a mapping, and where one is lacking."""

from typing import Any

from flask import render_template

from yichuang.errors import YichuangError
from yichuang.exchange.routes import STATES, Listed, routes
from yichuang.ports import DefinitionView
from yichuang.web.admin.mapping_desk import steps
from yichuang.web.admin.previews import BROKEN

PROBLEM = "内容还不完整，修正右侧所列问题后即可预览。"
MOST = 300


def preview(view: DefinitionView, code: str, mapping_schema: Any) -> str:
    """The page beside the editor."""
    try:
        words = dict(steps(mapping_schema))
        found = [route for route in routes(view, _items(view, code), list(words)) if route.target == code]
        told: dict[str, Any] = {"routes": found[:MOST], "more": max(0, len(found) - MOST)}
    except (YichuangError, *BROKEN):
        return render_template("admin/preview_target.html", problem=PROBLEM)
    titles = {name: str((view.find("mapping", name) or {}).get("title", name)) for name in view.codes("mapping")}
    return render_template("admin/preview_target.html", problem="", words=words, states=STATES, titles=titles, **told)


def _items(view: DefinitionView, code: str) -> list[Listed]:
    named = (view.find("target", code) or {}).get("items") or view.codes("item")
    bodies = [(name, body) for name in named if (body := view.find("item", name)) and body.get("state") in ("active", "suspended")]
    return [Listed(name, str(body["title"]), str(body["department"]), "") for name, body in bodies]
