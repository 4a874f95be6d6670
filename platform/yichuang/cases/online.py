"""An applicant's own verbs, online: send in, send in again after pre-review, act, answer corrections, hand in what may follow later.

Every verb asks first whose case it is; somebody else's isn't there (`CaseMissing`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from yichuang.applicants.account import Account
from yichuang.cases.case import CaseContent, Deed
from yichuang.cases.draft import REVISING, SUBMITTED, Draft, Visitor
from yichuang.cases.facts import facts_for
from yichuang.cases.handing_in import authority_of, goes_online, refuse_missing
from yichuang.cases.intake import material_row
from yichuang.cases.model import case_materials, cases
from yichuang.cases.representation import parties_online, refuse_nowhere, refuse_strangers
from yichuang.cases.standing import corrections_of
from yichuang.cases.uploads import handed_in, laid
from yichuang.cases.views import Views
from yichuang.errors import ActionRefused, CaseMissing, Conflict, ItemNotOpen, NotFound
from yichuang.items.compiled import CompiledItem
from yichuang.ports import Actor, Party

AGAIN = "resubmit"
SUPPLEMENTED = ("pending", "deferred")
"""States of a material in which the applicant may still add to it."""


class Online(Views):
    def send_in(self, draft_id: str, revision: int, visitor: Visitor, account: Account) -> str:
        """An applicant's draft becomes a case, or goes back into the case it came from. Gives the case number; asked again, the same.

        Raises `AnswersInvalid`, `DraftOutdated`, `InputRefused` for parties and materials, `ActionRefused` when it can't be sent again.
        """
        draft = self._rooms.drafts.open(draft_id, visitor)
        if draft.line.state == SUBMITTED:
            return self._sent(draft_id, account.id)
        party, agent = self._checked(draft, account)
        if draft.line.state != REVISING:
            hall = str(draft.content.applicant.get("hall") or "")
            return self.submit_online(draft_id, revision, visitor, account.id, party, agent, hall)
        return self._send_again(draft, revision, visitor, account, party, agent)

    def _sent(self, draft_id: str, account: str) -> str:
        with self._database.reading() as connection:
            return str(self._own(connection, draft_id, account).number)

    def _checked(self, draft: Draft, account: Account) -> tuple[Party, Party | None]:
        """The parties, after everything that is asked of an online application beyond its form."""
        content, item = draft.content, self._rooms.drafts.item_of(draft.line)
        if not goes_online(item.body):
            raise ItemNotOpen("这个事项不能网上提交，请取预填码到窗口办理")
        party, agent = parties_online(account, content.applicant)
        refuse_nowhere([place["hall"] for place in item.body["places"]], content.applicant.get("hall"))
        form = self._catalogue.at(draft.line.release).find("form", item.body["form"]) if item.body.get("form") else None
        refuse_strangers(form, content.answers, party, agent)
        facts = facts_for(self._catalogue.at(draft.line.release), item.body, self._clock.now().date(), content)
        checklist = item.decide(content.situation, content.answers, facts).checklist
        with self._database.reading() as connection:
            files = self._files_of(connection, draft.line.id)
            effect = self._rooms.commitments.effective(draft.line.id, connection)
        for_another = agent is not None and party != account.party
        refuse_missing(checklist, files, agent=for_another, settled={*effect.replaced, *effect.deferred, *effect.provided})
        return party, agent

    def files_of(self, draft_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What was handed in by material, for a draft and for the case it is already. Whose it is, the caller has checked."""
        with self._database.reading() as connection:
            return self._files_of(connection, draft_id)

    def _files_of(self, connection: Connection, draft_id: str) -> dict[str, list[Mapping[str, Any]]]:
        held = select(case_materials.c.code, case_materials.c.files).where(case_materials.c.case_id == draft_id)
        found = {code: json.loads(files) for code, files in connection.execute(held) if files != "[]"}
        for code, files in handed_in(connection, self._vault, draft_id).items():
            found[code] = [*found.get(code, ()), *(file for file in files if file not in found.get(code, ()))]
        return found

    def take_out(self, draft_id: str, code: str, digest: str, account: Account) -> None:
        """While a returned application is changed: take out a file that was handed in with it before."""
        with self._database.reading() as connection:
            row = self._own(connection, draft_id, account.id)
        self.detach(draft_id, code, digest, self._who(row), None)

    def _send_again(
        self, draft: Draft, revision: int, visitor: Visitor, account: Account, party: Party, agent: Party | None
    ) -> str:
        key = f"{AGAIN}/{draft.line.id}/{revision}"

        def register(connection: Connection, sealed: Draft, _item: CompiledItem) -> str:
            row = self._own(connection, sealed.line.id, account.id, hold=True)
            written = sealed.content
            content = CaseContent(written.situation, written.answers, written.applicant, party, agent)
            self._take_over(connection, row, content)
            deed = Deed(AGAIN, {}, self._who(row), None, key, self._clock.now())
            desk = self._desk(connection, self._own(connection, row.id, account.id))
            self._expect_by(desk, AGAIN, "applicant")
            self._perform(connection, desk, deed, None)
            return str(row.number)

        return str(self._rooms.drafts.submit(draft.line.id, revision, visitor, register).line.number)

    def _take_over(self, connection: Connection, row: Any, content: CaseContent) -> None:
        """What was changed: content, parties and their indexes, and the materials that are needed now."""
        item = self._desk(connection, row).work.item
        situation = json.dumps(dict(content.situation), ensure_ascii=False)
        values = {"body": self._sealed(row.id, content), "situation": situation, **self._indexed(content)}
        connection.execute(update(cases).where(cases.c.id == row.id).values(**values))
        checklist = self._decided(item, row, content, self._clock.now().date()).checklist
        known = set(connection.execute(select(case_materials.c.code).where(case_materials.c.case_id == row.id)).scalars())
        for seq, entry in enumerate(checklist):
            if entry.code in known:
                mine = (case_materials.c.case_id == row.id) & (case_materials.c.code == entry.code)
                connection.execute(update(case_materials).where(mine).values(needed=entry.needed))
            else:
                connection.execute(insert(case_materials), material_row(row.id, values["id_index"], seq, entry))
        laid(connection, self._vault, row.id, checklist, authority_of(checklist))

    # ------------------------------------------------------------------ giving back

    def reopen(self, case_id: str, account: Account, visitor: Visitor) -> str:
        """What pre-review gave back may be changed. Gives the item's code. Raises `ActionRefused` when there is nothing to send again."""
        with self._database.reading() as connection:
            row = self._own(connection, case_id, account.id)
            desk = self._desk(connection, row)
        offered = desk.work.flow.offers(row.state, desk.work.facts, lambda _action: None, "applicant")
        if not any(offer.action.code == AGAIN for offer in offered):
            raise ActionRefused(reasons=[{"message": "这个办件现在不能修改", "remedy": "请刷新页面查看最新状态"}])
        self._rooms.drafts.reopen(case_id, visitor)
        return str(row.item)

    # ------------------------------------------------------------------ corrections and later materials

    def answer_own(
        self, case_id: str, correction_id: str, seq: int, change: Mapping[str, Any], fresh: Sequence[tuple[str, bytes]], account: Account
    ) -> dict[str, Any]:
        """A point of a correction answered, or its answer changed: `change` {text?, value?}; `fresh` files come to those there.

        Gives `{files, file}`: all that belong to the point now, and the last that came. Raises as `answer_point`.
        """
        with self._database.reading() as connection:
            row = self._own(connection, case_id, account.id)
            point, answer, kept = self._answered(connection, case_id, correction_id, seq)
        stored = [self._rooms.files.store(case_id, name, content) for name, content in fresh]
        files = [*kept, *(file for file in stored if file not in kept)]
        self.answer_point(case_id, correction_id, point.seq, {**answer, **change}, files, self._who(row))
        return {"files": files, "file": stored[-1] if stored else None}

    def take_from_answer(self, case_id: str, correction_id: str, seq: int, digest: str, account: Account) -> None:
        """Take a file out of an answer again; the file itself stays as long as the case."""
        with self._database.reading() as connection:
            row = self._own(connection, case_id, account.id)
            point, answer, kept = self._answered(connection, case_id, correction_id, seq)
        left = [file for file in kept if file["digest"] != digest]
        if len(left) < len(kept):
            self.answer_point(case_id, correction_id, point.seq, answer, left, self._who(row))

    def _answered(self, connection: Connection, case_id: str, correction_id: str, seq: int) -> tuple[Any, dict[str, Any], list[Any]]:
        """An open point, with the answer and the files it has already."""
        point = self._open_point(connection, case_id, correction_id, seq)
        found = next(found for found in corrections_of(connection, case_id) if found.row.id == correction_id)
        return point, self._answer(found, point), json.loads(point.files)

    def supplement(self, case_id: str, code: str, name: str, content: bytes, account: Account) -> Mapping[str, Any]:
        """One more file for a material that is still to come (容缺). Raises `Conflict` once it was received or the case has ended."""
        with self._database.reading() as connection:
            row = self._own(connection, case_id, account.id)
            if row.phase == "ended":
                raise Conflict("办件已结束，不能再补交材料")
            if self._material(connection, case_id, code).state not in SUPPLEMENTED:
                raise Conflict("这份材料已经收到，不用再交")
        return self.attach(case_id, code, name, content, self._who(row), None)

    def own_file(self, case_id: str, digest: str, account: Account) -> tuple[str, bytes]:
        """Name and content of a file the applicant handed in; the reading is noted. Raises `CaseMissing`, `NotFound`."""
        with self._database.reading() as connection:
            row = self._own(connection, case_id, account.id)
            listed = connection.execute(select(case_materials.c.files).where(case_materials.c.case_id == case_id)).scalars()
            name = next((str(file["name"]) for files in listed for file in json.loads(files) if file["digest"] == digest), None)
        if name is None:
            raise NotFound("没有找到这个附件")
        self._note(self._who(row), "case.file", case_id, detail=digest[:12])
        return name, self._rooms.files.read(case_id, digest)

    # ------------------------------------------------------------------ whose it is

    def _own(self, connection: Connection, case_id: str, account: str, *, hold: bool = False) -> Any:
        query = select(cases).where(cases.c.id == case_id)
        row = connection.execute(query.with_for_update() if hold else query).first()
        if row is None or not account or row.account != account:
            raise CaseMissing
        return row

    def _who(self, row: Any) -> Actor:
        return Actor(f"applicant:{row.account}", "代理人" if row.agent_index else "申请人")
