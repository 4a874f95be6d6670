"""What a draft would look like: the item at the desk, its notice, the form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, render_template

from renderers.notice_html import NoticeView, page
from yichuang.errors import YichuangError
from yichuang.items.facts import everyday_facts
from yichuang.notices.content import compose
from yichuang.ports import DefinitionView
from yichuang.web.fast.shelf import house_style, policy
from yichuang.web.item_page import item_page

BROKEN = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""A draft may be wrong in any way; what is wrong is said by the gate."""

UNUSED = {
    "form": "还没有事项使用这张表单；在事项的“表单、版式与流程”中选用后即可预览。",
    "": "没有事项使用它，暂无可预览的页面。",
}


def data(view: DefinitionView, kind: str, code: str, today: date) -> dict[str, Any]:
    """`wire` of the item (situations, materials, tips, form), `form_html`; `problem` in words when it can't be shown yet."""
    item = code if kind == "item" else _user_of(view, kind, code)
    if item is None:
        return {"problem": UNUSED.get(kind, UNUSED[""])}
    try:
        made = item_page(view, item)
        form = made.form.render({}) if made.form else None
        return {
            "item": item,
            "title": made.body["title"],
            "wire": made.wire,
            "form_html": form,
            "today": today.isoformat(),
        }
    except (YichuangError, *BROKEN):
        return {"problem": "内容还不完整，修正右侧所列问题后即可预览。"}


def _user_of(view: DefinitionView, kind: str, code: str) -> str | None:
    return next((item for item in view.codes("item") if (view.find("item", item) or {}).get(kind) == code), None)


def notice(
    view: DefinitionView, code: str, situation: Mapping[str, Any], facts: Mapping[str, Any], today: date, day: str
) -> Response:
    """The notice of a draft as a page. `day`: as it would read on another day."""
    try:
        when = date.fromisoformat(day) if day else today
        body = view.find("item", code) or {}
        content = compose(view, code, situation, {**everyday_facts(body, when), **facts}, when)
        style = house_style() + ".actions,.bar a{display:none}"
        shown = NoticeView(
            path="#", number="预览", issued=when.isoformat(), state="current", state_words="预览，尚未发布", style=style
        )
        return Response(
            page(content.data, shown), mimetype="text/html", headers={"Content-Security-Policy": policy(style)}
        )
    except (YichuangError, *BROKEN):
        return Response(render_template("admin/preview_broken.html"), mimetype="text/html")
