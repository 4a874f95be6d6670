"""What a drafted entrustment agreement would mean: each item, where it may be accepted at a moment, and what people would read."""

from dataclasses import replace
from datetime import datetime

from flask import render_template

from yichuang.catalogue.snapshot import Snapshot
from yichuang.entrustment.agreement import compile_agreement, moment_of
from yichuang.entrustment.mandate import Question
from yichuang.entrustment.outlook import Outlook, outlook_of
from yichuang.entrustment.places import compile_places
from yichuang.errors import YichuangError
from yichuang.ports import DefinitionView, Place
from yichuang.web.admin.previews import BROKEN


def preview(view: DefinitionView, code: str, served: Snapshot, asked: str, now: datetime) -> str:
    """The page beside the editor. `asked`: the moment to look at, `2027-03-01T00:00`; now where it is empty or unreadable."""
    at = _moment(asked) or now
    try:
        lines, problem = _outlooks(view, code, served, at), ""
    except (YichuangError, *BROKEN):
        lines, problem = [], "内容还不完整，修正右侧所列问题后即可预览。"
    return render_template("admin/preview_entrustment.html", lines=lines, problem=problem, at=at.strftime("%Y-%m-%dT%H:%M"))


def _moment(text: str) -> datetime | None:
    try:
        return moment_of(text.replace("T", " "))
    except ValueError:
        return None


def _outlooks(view: DefinitionView, code: str, served: Snapshot, at: datetime) -> list[Outlook]:
    agreement, places = compile_agreement(view, code), compile_places(view)
    made = []
    for item in agreement.entries:
        body = view.find("item", item) or {}
        department = {"code": body["department"], **places.departments.get(body["department"], {})}
        question = Question(item, body["title"], department, Place(), at, served.version("item", item))
        outlook = outlook_of(question, [agreement], places)
        made.append(replace(outlook, instead=outlook.lines[0].instead or outlook.instead))
    return made
