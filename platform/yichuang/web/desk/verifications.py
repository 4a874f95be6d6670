"""`/desk/verifications`: what was promised is looked at; orders to put right, revocation by two people."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement

from yichuang.access.masks import mask_id, mask_phone
from yichuang.cases.files import Files, check
from yichuang.commitment.model import verifications as table
from yichuang.commitment.records import Commitment
from yichuang.commitment.states import TITLES
from yichuang.commitment.terms import KINDS, MODES
from yichuang.commitment.verification import RESULTS, STATES, within
from yichuang.errors import ActionRefused, Conflict, InputRefused, NotAllowed, NotFound, OutOfReach, YichuangError
from yichuang.ports import Actor, Place
from yichuang.services import Services
from yichuang.web.session import grants, holder

VERIFY, DECIDE, REVEAL, CREDIT = "commitment.verify", "commitment.decide", "personal.reveal", "credit.manage"
TABS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "todo": ("待办", ("open", "assigned")), "done": ("已核查", ("done",)), "all": ("全部", ("open", "assigned", "done", "dropped")),
}  # fmt: skip
LIGHTS = {"red": "超期", "yellow": "临期", "green": "正常", "grey": ""}
EVIDENCE = {"code": "evidence", "accept": ["pdf", "jpg", "png"], "max_megabytes": 20}
MOST_FILES = 5
SAID = {
    "assign": "已指派核查人员", "record": "核查结果已登记", "order": "已责令限期整改", "propose": "已提出撤销，等待另一人确认",
    "confirm": "决定已撤销，失信信息已记入信用记录", "refuse": "没有同意撤销",
}  # fmt: skip


def install(pages: Blueprint, services: Services) -> None:
    _showing(pages, services)
    _acting(pages, services)


def _showing(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/verifications")
    def verifications() -> str:
        holder(VERIFY, DECIDE, CREDIT)
        tab = request.args.get("tab", "todo") if request.args.get("tab") in TABS else "todo"
        tasks = services.commitments.verifications.tasks(_mine(), table.c.state.in_(TABS[tab][1]))
        counts = {light: sum(task.light == light for task in tasks) for light in LIGHTS}
        return render_template("desk/verifications.html", tasks=tasks, tab=tab, tabs=TABS, counts=counts, may_credit=grants().may(CREDIT), **WORDS)

    @pages.get("/desk/verifications/<key>")
    def verification(key: str) -> str:
        return _page(services, key)

    @pages.get("/desk/verifications/<key>/evidence/<digest>")
    def evidence(key: str, digest: str) -> Response:
        found = _found(services, key, VERIFY, DECIDE)
        name = next((name for told, name in _files(services, found) if told == digest), "")
        if not name:
            raise NotFound("没有找到这个附件")
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(Files.of(services.settings).read(found.case_id, digest), mimetype="application/octet-stream", headers=headers)


def _acting(pages: Blueprint, services: Services) -> None:
    @pages.post("/desk/verifications/<key>/<deed>")
    def verification_deed(key: str, deed: str) -> Any:
        power, act = DEEDS.get(deed, (VERIFY, None))
        if act is None:
            raise NotFound
        found = _found(services, key, power)
        try:
            act(services, found)
        except (InputRefused, ActionRefused, Conflict, NotAllowed) as error:
            return _page(services, key, error), error.status
        return redirect(url_for("desk.verification", key=key, said=deed))


def _mine() -> ColumnElement[bool]:
    return within(grants().reach(VERIFY) | grants().reach(DECIDE))


def _found(services: Services, key: str, *powers: str) -> Commitment:
    """The commitment, within the member's reach. Raises `NotFound` also out of it, `NotAllowed` without the power."""
    holder(*powers)
    found = services.commitments.get(key)
    place = Place(found.department, found.hall, found.street)
    if not any(grants().reach(power).covers(place) for power in powers):
        raise NotFound("没有找到这份承诺，或不在您的管辖范围内") if not grants().may(powers[0]) else OutOfReach
    return found


def _page(services: Services, key: str, error: YichuangError | None = None) -> str:
    found = _found(services, key, VERIFY, DECIDE)
    room = services.commitments
    who = holder(VERIFY, DECIDE)
    tasks, steps = sorted(room.verifications.of(key), key=lambda task: task.created_at), room.steps(key)
    place = Place(found.department, found.hall, found.street)
    return render_template(
        "desk/verification.html", found=found, tasks=tasks, steps=steps, kept=_kept(services, key, who, place), who=who, error=error,
        may_verify=grants().reach(VERIFY).covers(place), may_decide=grants().reach(DECIDE).covers(place), points=_points(services, found),
        names={step["account"]: step["actor"] for step in steps}, said=SAID.get(request.args.get("said", ""), ""), form=request.form, **WORDS,
    )  # fmt: skip


def _kept(services: Services, key: str, who: Actor, place: Place) -> dict[str, Any]:
    """Notice, letter and signature; number and telephone partly covered for who may not see them."""
    kept = services.commitments.snapshot(key, who)
    if grants().reach(REVEAL).covers(place):
        return kept
    return kept | {"letter": [replace(part, lines=tuple(map(_covered, part.lines))) for part in kept["letter"]]}


def _covered(line: str) -> str:
    term, _, value = line.partition("：")
    mask = {"证件号码": mask_id, "联系电话": mask_phone}.get(term)
    return f"{term}：{mask(value)}" if mask and value else line


def _points(services: Services, found: Commitment) -> list[str]:
    return list(found.terms["verification"].get("points", ()))


def _files(services: Services, found: Commitment) -> list[tuple[str, str]]:
    """Digest and name of what was attached as evidence."""
    notes = [note for task in services.commitments.verifications.of(found.id) for note in task.evidence]
    return [(parts[1], parts[2]) for note in notes if len(parts := note.split(":", 2)) == 3 and parts[0] == "file"]


# ---------------------------------------------------------------------- deeds


def _task(services: Services, found: Commitment) -> str:
    """The task in question, when it is this commitment's."""
    wanted = request.form.get("task", "")
    if wanted not in {task.id for task in services.commitments.verifications.of(found.id)}:
        raise NotFound("没有找到这项核查任务")
    return wanted


def _assign(services: Services, found: Commitment) -> None:
    names = request.form.get("inspectors", "").replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
    services.commitments.verifications.assign(_task(services, found), names, holder(VERIFY))


def _record(services: Services, found: Commitment) -> None:
    task, files = _task(services, found), Files.of(services.settings)
    sent = [upload for upload in request.files.getlist("evidence") if upload.filename]
    if len(sent) > MOST_FILES:
        raise InputRefused(f"一次最多 {MOST_FILES} 个附件", problems=[{"field": "evidence", "message": f"最多 {MOST_FILES} 个"}])
    read = [(upload.filename or "附件", upload.read()) for upload in sent]
    for name, content in read:
        check(EVIDENCE, name, content)
    kept = [files.store(found.case_id, name, content) for name, content in read]
    notes = [f"file:{told['digest']}:{told['name']}" for told in kept]
    services.commitments.verifications.record(task, request.form.get("result", ""), request.form.get("findings", "")[:4000], notes, holder(VERIFY))


def _order(services: Services, found: Commitment) -> None:
    days = request.form.get("days", type=int) or 0
    services.commitments.verifications.order(found.id, days, request.form.get("reason", "")[:1000], holder(DECIDE))


def _propose(services: Services, found: Commitment) -> None:
    services.commitments.verifications.propose_revoke(found.id, request.form.get("reason", "")[:1000], holder(DECIDE))


def _confirm(services: Services, found: Commitment) -> None:
    services.commitments.verifications.confirm_revoke(found.id, holder(DECIDE))


def _refuse(services: Services, found: Commitment) -> None:
    services.commitments.verifications.refuse_revoke(found.id, request.form.get("reason", "")[:1000], holder(DECIDE))


DEEDS: Mapping[str, tuple[str, Callable[[Services, Commitment], None]]] = {
    "assign": (VERIFY, _assign), "record": (VERIFY, _record), "order": (DECIDE, _order), "propose": (DECIDE, _propose),
    "confirm": (DECIDE, _confirm), "refuse": (DECIDE, _refuse),
}  # fmt: skip
WORDS: Mapping[str, Any] = {
    "lights": LIGHTS, "results": RESULTS, "states": STATES, "modes": MODES, "kinds": KINDS, "titles": TITLES,
}  # fmt: skip
