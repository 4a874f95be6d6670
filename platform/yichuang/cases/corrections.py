"""Corrections (补齐补正): one notice names all that is missing; each point is answered by itself; a second round needs a lead."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from yichuang.cases.case import CaseContent
from yichuang.cases.model import case_materials, correction_points, corrections
from yichuang.cases.progress import Progress
from yichuang.cases.standing import Correction, corrections_of
from yichuang.cases.working import Working
from yichuang.errors import ActionRefused, CalendarMissing, Conflict, InputRefused, NotFound
from yichuang.ports import Actor

MOST_ANSWER = 2000


class Corrections(Working):
    def open_round(self, connection: Connection, progress: Progress, state: str) -> None:
        """A round with its points, open at once or proposed to a lead."""
        points = _known_points(progress)
        key, number = str(uuid.uuid4()), progress.row.correction_round + 1
        due = self._term(progress, int(progress.given["days"])) if state == "open" else None
        connection.execute(
            insert(corrections),
            {
                "id": key, "case_id": progress.row.id, "round": self._next_round(connection, progress.row.id), "state": state,
                "reason": str(progress.given.get("reason", "")), "days": int(progress.given["days"]), "due_on": due,
                "proposed_by": progress.deed.actor.name if state == "proposed" else "",
                "issued_at": progress.deed.at if state == "open" else None,
            },
        )  # fmt: skip
        rows = [{"correction_id": key, "seq": seq, **point} for seq, point in enumerate(points, start=1)]
        connection.execute(insert(correction_points), rows)
        if state == "open":
            progress.changes["correction_round"] = number
            progress.words.append(f"需补正 {len(points)} 项，期限至 {due.isoformat()}" if due else f"需补正 {len(points)} 项")
        progress.points, progress.correction_due = points, due

    def approve_round(self, connection: Connection, progress: Progress) -> None:
        """The lead approves: the notice goes out, the applicant's term begins."""
        found = _current(progress, "proposed")
        due = self._term(progress, found.row.days)
        values = {"state": "open", "approved_by": progress.deed.actor.name, "issued_at": progress.deed.at, "due_on": due}
        connection.execute(update(corrections).where(corrections.c.id == found.row.id).values(**values))
        progress.changes["correction_round"] = progress.row.correction_round + 1
        progress.points, progress.correction_due = [_told(point) for point in found.points], due
        progress.words.append(f"再次补正 {len(found.points)} 项")

    def end_round(self, connection: Connection, progress: Progress, state: str) -> None:
        found = _current(progress, "proposed" if state == "refused" else "open")
        values = {"state": state, "closed_at": progress.deed.at}
        connection.execute(update(corrections).where(corrections.c.id == found.row.id).values(**values))

    def take_answers(self, connection: Connection, progress: Progress) -> None:
        """New values for fields go into the answers, files to their materials; everything is decided again.

        Raises `ActionRefused` when the form no longer holds.
        """
        found = _current(progress, "open")
        answers = json.loads(json.dumps(dict(progress.content.answers)))
        for point in found.points:
            answer = self._answer(found, point)
            if point.target == "field" and answer.get("value") is not None:
                _place(answers, point.code, answer["value"])
            if point.target == "material" and point.files != "[]":
                self._add_files(connection, progress.row.id, point)
        if answers != progress.content.answers:
            progress.content = self._decided_again(connection, progress, answers)

    def _decided_again(self, connection: Connection, progress: Progress, answers: Mapping[str, Any]) -> CaseContent:
        row, item = progress.row, progress.desk.work.item
        content = replace(progress.content, answers=answers)
        decided = self._decided(item, row, content, progress.deed.at.date())
        faults = [error for error in (decided.form.errors if decided.form else ()) if error.severity == "error"]
        if faults:
            told = [{"message": f"{fault.title}：{fault.message}", "remedy": "请按补正标准重新填写"} for fault in faults[:10]]
            raise ActionRefused(reasons=told)
        for entry in decided.checklist:
            mine = (case_materials.c.case_id == row.id) & (case_materials.c.code == entry.code)
            connection.execute(update(case_materials).where(mine).values(needed=entry.needed))
        return replace(content, answers=dict(decided.form.answers) if decided.form else answers)

    def _add_files(self, connection: Connection, case_id: str, point: Any) -> None:
        mine = (case_materials.c.case_id == case_id) & (case_materials.c.code == point.code)
        row = connection.execute(select(case_materials.c.files, case_materials.c.grade).where(mine)).first()
        if row is not None:
            known = json.loads(row.files)
            fresh = [file for file in json.loads(point.files) if file not in known]
            values = {"files": json.dumps([*known, *fresh], ensure_ascii=False), "grade": row.grade or "C"}
            connection.execute(update(case_materials).where(mine).values(**values))

    # ------------------------------------------------------------------ answering

    def answer_point(
        self, case_id: str, correction_id: str, seq: int, answer: Mapping[str, Any], files: Sequence[Mapping[str, Any]], who: Actor
    ) -> None:
        """One point answered: `answer` {text?, value?}, `files` as kept by `Files`. May be changed until the round is closed.

        The caller has made sure that `who` may (the applicant, or a clerk at the counter). Raises `CaseMissing`, `Conflict`, `InputRefused`.
        """
        text = str(answer.get("text") or "").strip()
        if len(text) > MOST_ANSWER:
            raise InputRefused(problems=[{"field": "text", "message": f"说明最多 {MOST_ANSWER} 字"}])
        if not text and not files and answer.get("value") in (None, "", [], {}):
            raise InputRefused("请填写说明、改填内容或上传材料", problems=[{"field": "text", "message": "请填写说明，或上传材料"}])
        with self._database.writing() as connection:
            self._row(connection, case_id, None, hold=True)
            point = self._open_point(connection, case_id, correction_id, seq)
            sealed = self._vault.seal(
                json.dumps({"text": text, "value": answer.get("value")}, ensure_ascii=False), f"correction/{correction_id}/{seq}"
            )
            mine = (correction_points.c.correction_id == correction_id) & (correction_points.c.seq == point.seq)
            values = {"state": "answered", "answer": sealed, "answered_by": who.name, "answered_at": self._clock.now()}
            kept = json.dumps(list(files), ensure_ascii=False)
            connection.execute(update(correction_points).where(mine).values(files=kept, **values))
            self._mark(connection, case_id)
            self._note(who, "case.answer_point", case_id, connection, f"{correction_id}/{seq}")

    def _open_point(self, connection: Connection, case_id: str, correction_id: str, seq: int) -> Any:
        found = next((r for r in corrections_of(connection, case_id) if r.row.id == correction_id), None)
        point = next((p for p in found.points if p.seq == seq), None) if found else None
        if found is None or point is None:
            raise NotFound("没有找到这一补正项")
        if found.row.state != "open":
            raise Conflict("这次补正已经结束，不能再修改答复")
        return point

    def _answer(self, found: Correction, point: Any) -> dict[str, Any]:
        if not point.answer:
            return {}
        opened: dict[str, Any] = json.loads(self._vault.open(point.answer, f"correction/{found.row.id}/{point.seq}"))
        return opened

    def _next_round(self, connection: Connection, case_id: str) -> int:
        return max((found.row.round for found in corrections_of(connection, case_id)), default=0) + 1

    def _term(self, progress: Progress, days: int) -> date | None:
        """The last day of so many working days; None while the calendar isn't there."""
        calendar = self._calendar(progress.row)
        try:
            return calendar.add(progress.deed.at.date(), days) if calendar else progress.deed.at.date() + timedelta(days=days)
        except CalendarMissing:
            return None


def _current(progress: Progress, state: str) -> Correction:
    found = next((found for found in reversed(progress.desk.rounds) if found.row.state == state), None)
    if found is None:
        raise ActionRefused(reasons=[{"message": "没有正在进行的补正", "remedy": "请刷新页面后再试"}])
    return found


def _told(point: Any) -> dict[str, Any]:
    return {key: getattr(point, key) for key in ("target", "code", "title", "problem", "standard")}


def _known_points(progress: Progress) -> list[dict[str, Any]]:
    """The points asked for; a material must be one of the case. Raises `InputRefused`."""
    codes = {material.row.code: material.row.title for material in progress.desk.materials}
    points, problems = [], []
    for number, point in enumerate(progress.given["points"]):
        if point["target"] == "material" and point["code"] not in codes:
            problems.append({"field": f"points/{number}/code", "message": "没有这份材料，请从材料清单中选择"})
        points.append(dict(point) | {"title": point.get("title") or codes.get(point["code"], point["code"])})
    if problems:
        raise InputRefused(problems=problems)
    return points


def _place(answers: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path (`legal_rep/phone`, `staff/0/name`); a path that leads nowhere is left alone."""
    *way, last = path.split("/")
    node: Any = answers
    for step in way:
        node = node.get(step) if isinstance(node, dict) else node[int(step)] if isinstance(node, list) and step.isdigit() else None
        if node is None:
            return
    if isinstance(node, dict):
        node[last] = value

