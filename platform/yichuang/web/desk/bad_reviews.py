"""`/desk/reviews`: bad reviews from triage to call-back. Whoever is reviewed sees none of their own, and who reviewed only those who call back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Response, redirect, render_template, request, url_for

from yichuang.access.masks import mask_phone
from yichuang.errors import InputRefused, YichuangError
from yichuang.ports import Party
from yichuang.rectification.facts import GRADES
from yichuang.rectification.reading import reach_of
from yichuang.rectification.record import KNOWING, LIGHTS, POWERS, Deed, Found, Wanted
from yichuang.reviews.grades import CHANNELS
from yichuang.services import Services
from yichuang.warnings.titles import Titles, compile_titles
from yichuang.web.desk.people import name_of
from yichuang.web.item_page import halls
from yichuang.web.session import grants, holder

TABS = {"open": "待办", "late": "超期", "ended": "已结束", "all": "全部"}
FILTERS = {"state": "状态", "light": "期限", "department": "责任部门", "hall": "大厅"}
MOST_FILES = 5
UNITS = {"day": "个自然日", "working_day": "个工作日"}


def install(pages: Blueprint, services: Services) -> None:
    _showing(pages, services)
    _acting(pages, services)


def _showing(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/reviews")
    def bad_reviews() -> str:
        who, wanted = holder(*POWERS), _wanted()
        found, titles = services.rectifications.list(wanted, who, grants()), _titles(services)
        return render_template(
            "desk/bad_reviews.html", found=found, wanted=wanted, tabs=TABS, lights=LIGHTS, grades=GRADES, titles=titles, address=_address,
            departments=services.rectifications.departments(), filters=_filters(services, found, titles), knows=_knows(),
        )  # fmt: skip

    @pages.get("/desk/reviews/<key>")
    def bad_review(key: str) -> str:
        return _page(services, key)

    @pages.get("/desk/reviews/<key>/pictures/<digest>")
    def bad_review_picture(key: str, digest: str) -> Response:
        kind, content = services.rectifications.picture(key[:36], digest, holder(*POWERS), grants())
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
        return Response(content, mimetype="image/png" if kind == "png" else "image/jpeg", headers=headers)


def _acting(pages: Blueprint, services: Services) -> None:
    @pages.post("/desk/reviews/<key>/contact")
    def bad_review_contact(key: str) -> Any:
        """Whom to call; a POST, because each look is noted and none may be repeated by going back."""
        found = services.rectifications.contact(key[:36], holder(*POWERS), grants())
        return _page(services, key, contact=found)

    @pages.post("/desk/reviews/<key>/act")
    def bad_review_act(key: str) -> Any:
        try:
            services.rectifications.act(key[:36], _deed(), holder(*POWERS), grants())
        except YichuangError as refused:
            if refused.status in (401, 403, 404):
                raise
            return _page(services, key, refused), refused.status
        return redirect(url_for("desk.bad_review", key=key[:36], done="1"))


def _wanted() -> Wanted:
    args, tab = request.args, request.args.get("tab", "")
    department, hall, state, light = (args.get(name, "")[:64] for name in ("department", "hall", "state", "light"))
    return Wanted(tab if tab in TABS else "open", department, hall, state, light, args.get("mine") == "1")


def _address(wanted: Wanted, **more: Any) -> str:
    """The query string of this list, with something different."""
    given = {"tab": wanted.tab, "mine": "1" if wanted.mine else "", **{name: getattr(wanted, name) for name in FILTERS}} | more
    return urlencode({name: value for name, value in given.items() if value})


def _filters(services: Services, found: Found, titles: Titles) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Name, words and choices. Where a review was given is a question for those who may find out who gave it."""
    reach = reach_of(grants())
    departments = [(code, title) for code, title in services.rectifications.departments().items() if reach.everything or code in reach.departments]
    known = [str(one["code"]) for one in halls(services.catalogue.current())] if _knows() else []
    places = [(code, titles.places.get(code, code)) for code in known if reach.everything or code in reach.halls]
    choices = {"state": list(found.states.items()), "light": [(code, words) for code, words in LIGHTS.items() if words], "department": departments,
               "hall": places}  # fmt: skip
    return [(name, FILTERS[name], listed) for name, listed in choices.items() if len(listed) > 1 or (name == "state" and listed)]


def _knows() -> bool:
    return any(grants().may(power) for power in KNOWING)


def _deed() -> Deed:
    form = request.form
    sent = [upload for upload in request.files.getlist("evidence") if upload.filename]
    if len(sent) > MOST_FILES:
        raise InputRefused(f"一次最多 {MOST_FILES} 张图片", problems=[{"field": "evidence", "message": f"最多 {MOST_FILES} 张"}])
    revision = form.get("revision", "")
    if not revision.isdigit() or len(revision) > 9:
        raise InputRefused("页面内容不完整，请刷新后再试", problems=[{"field": "revision", "message": "缺少页面版本"}])
    plain = {name: form[name] for name in form if name not in ("csrf_token", "revision", "key", "action", "department")}
    pictures = [upload.read() for upload in sent]
    key, department = form.get("key", "")[:64] or str(uuid4()), form.get("department", "")[:64]
    return Deed(form.get("action", "")[:32], plain, int(revision), key, department, pictures)


def _page(services: Services, key: str, refused: YichuangError | None = None, contact: Mapping[str, Any] | None = None) -> str:
    who = holder(*POWERS)
    told = services.rectifications.find(key[:36], who, grants())
    tags = services.reviews.rules.get(told.line.item).tags
    amount, _, unit = told.line.term.partition(" ")
    return render_template(
        "desk/bad_review.html", told=told, one=told.line, review=told.review, refused=refused, done="done" in request.args, form=request.form,
        tags=[tags[code].title if code in tags else code for code in told.review.tags], grades=GRADES, lights=LIGHTS, channels=CHANNELS,
        titles=_titles(services), departments=services.rectifications.departments(), key=str(uuid4()), contact=_called(contact),
        term=f"{amount} {UNITS.get(unit, '')}", problems=_problems(refused),
        cause=services.causes.behind(told.line.service_id, protected=not told.line.known), clerk=name_of(told.line.clerk) if told.line.clerk else "",
    )  # fmt: skip


def _called(contact: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Names and telephones in full: they were asked for, and that was noted. Numbers of identity are not needed to call."""
    if contact is None:
        return None
    people: list[tuple[str, Party]] = [(title, contact[who]) for who, title in (("applicant", "申请人"), ("agent", "代理人")) if contact[who]]
    return {"number": contact["number"], "people": [(title, party.name, party.phone or mask_phone("")) for title, party in people]}


def _problems(refused: YichuangError | None) -> Mapping[str, str]:
    return {one["field"].split("/")[0]: one["message"] for one in (refused.extra.get("problems", ()) if refused else ())}


def _titles(services: Services) -> Titles:
    found: Titles = services.catalogue.current().compiled(compile_titles, "")
    return found
