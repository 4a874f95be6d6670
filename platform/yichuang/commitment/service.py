"""Notification and commitment: what is offered, what is signed, and what follows from it."""

import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.commitment import papers
from yichuang.commitment.compiled import RULES_CODE, CompiledCommitment, compile_commitment
from yichuang.commitment.credit import Credit, label_of
from yichuang.commitment.draws import draw, due_of
from yichuang.commitment.facts import with_own
from yichuang.commitment.figures import CommitmentFigures
from yichuang.commitment.ledger import Ledger, listed
from yichuang.commitment.model import commitments
from yichuang.commitment.offers import applies, broken, offer_of
from yichuang.commitment.records import Commitment, Effective, commitment_of, effective_of
from yichuang.commitment.signature import Signature, stored_signature
from yichuang.commitment.terms import CommitmentOffer, Reason, Text
from yichuang.commitment.texts import letter_text, text_hash, text_json, text_of
from yichuang.commitment.verification import Verifications
from yichuang.database import Database
from yichuang.documents.service import Documents
from yichuang.errors import ActionRefused, CommitmentRefused, DefinitionMissing, InputRefused
from yichuang.items.compiled import CompiledItem, compile_item
from yichuang.ports import Actor, Application, Body, Clock

SIGNERS: Mapping[str, str] = {"applicant": "申请人本人", "agent": "代理人"}


_OF_CASE = select(commitments).where(commitments.c.case_id == bindparam("case")).order_by(commitments.c.offered_at, commitments.c.id)


def search_words(body: Body) -> Mapping[str, Any]:
    """What is kept of a definition for finding it by its item."""
    return {"item": body["item"], "commitment_kind": body["commitment_kind"], "state": body.get("state", "active")}


def _fresh_seed() -> str:
    return secrets.token_hex(8)


class Commitments:
    """`credit`, `verifications` and `figures` are the other parts. The hooks `on_…` run inside the transaction of who calls them.

    `seed` gives the seed of a draw; it is recorded with what was drawn.
    """

    def __init__(
        self, database: Database, catalogue: Catalogue, vault: Vault, audit: Audit, clock: Clock, *, documents: Documents | None = None,
        seed: Callable[[], str] = _fresh_seed,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._documents = documents
        self._seed = seed
        self._ledger = Ledger(audit, clock)
        self._by_item: dict[int, dict[str, list[str]]] = {}
        self.figures = CommitmentFigures(database, catalogue)
        self.credit = Credit(database, vault, audit, clock, self._ledger)
        self.verifications = Verifications(database, vault, audit, clock, self._ledger, self.credit)

    # ------------------------------------------------------------------ offering

    def offers(self, application: Application) -> list[CommitmentOffer]:
        """What is offered for this application under its own release, open or closed with the reasons; empty when nothing is."""
        dishonest = self.credit.is_dishonest(application.applicant.id_no)
        facts = with_own(application, dishonest)
        made = (self._compiled(application, code) for code in self._codes(application))
        return [offer_of(one, application, facts) for one in made if applies(one, facts)]

    def offer(self, application: Application, code: str, actor: Actor) -> Commitment:
        """Tell the applicant: the notice is kept as it is shown now. The same notice twice is one. Raises `CommitmentRefused`."""
        found = self._open_offer(application, code)
        notice = text_hash(found.notice)
        with self._database.writing() as connection:
            earlier = self._living(connection, application.id, code)
            if earlier is not None and (earlier.state != "offered" or earlier.notice_hash == notice):
                return earlier
            if earlier is not None:
                self._ledger.move(connection, earlier.id, "lapse", actor, "告知内容已随填报改变", ended_at=self._clock.now())
            return self._ledger.begin(connection, self._first_row(application, found, notice), actor)

    def decline(self, key: str, actor: Actor) -> Commitment:
        """The applicant chooses the general procedure."""
        with self._database.writing() as connection:
            return self._ledger.move(connection, key, "decline", actor, ended_at=self._clock.now())

    def letter(self, application: Application, code: str) -> tuple[Text, str]:
        """The letter as it would be signed now, and its hash. Personal. Raises `CommitmentRefused`."""
        return self._letter(application, self._open_offer(application, code))

    def sign(
        self, key: str, application: Application, signature: Signature, actor: Actor, *, letter_hash: str, signer: str = "applicant"
    ) -> Commitment:
        """Check everything again, then keep letter and strokes, bound to each other.

        `letter_hash`: of the letter that was read. `signer`: applicant or agent. Signing twice is signing once. Raises `CommitmentRefused`:
        a dishonest applicant's commitment becomes ineligible for good, everybody else may mend the reason and sign.
        """
        if signer not in SIGNERS:
            raise InputRefused("签署人不对", problems=[{"field": "signer", "message": "请选择申请人本人或代理人"}])
        with self._database.writing() as connection:
            row = self._ledger.row(connection, key)
            if row.state != "offered" or row.case_id != application.id:
                return self._signed_before(row, application)
            refused = self._check_and_sign(connection, row, application, signature, actor, letter_hash, signer)
            if not refused:
                return commitment_of(self._ledger.row(connection, key))
        raise CommitmentRefused(reasons=[reason.as_dict() for reason in refused])

    def _signed_before(self, row: Row[Any], application: Application) -> Commitment:
        found = commitment_of(row)
        if found.case_id == application.id and found.stands:
            return found
        raise ActionRefused(reasons=[{"message": "这份告知已经失效", "remedy": "请刷新页面，重新阅读告知书"}])

    def _check_and_sign(
        self, connection: Connection, row: Row[Any], application: Application, signature: Signature, actor: Actor, letter_hash: str, signer: str
    ) -> Sequence[Reason]:
        """Signs, or says why not; only dishonesty changes the state then."""
        found = self._find(application, row.definition)
        if found is None:
            return [Reason("按现在的填报内容，已不能选择告知承诺", "请刷新页面，按一般程序办理", "state")]
        if found.dishonest:
            self._ledger.move(connection, row.id, "check", actor)
            self._ledger.move(connection, row.id, "refuse", actor, found.reasons[0].message, ended_at=self._clock.now())
            return found.reasons
        if found.reasons or (reasons := self._unfit(found, application, row, letter_hash, signer)):
            return found.reasons or reasons
        letter, _ = self._letter(application, found)
        self._ledger.move(connection, row.id, "check", actor)
        self._ledger.move(connection, row.id, "sign", actor, SIGNERS[signer], **self._sealed(row.id, letter, signature, signer, found))
        return ()

    def _unfit(self, found: CommitmentOffer, application: Application, row: Row[Any], letter_hash: str, signer: str) -> list[Reason]:
        if signer == "agent" and found.own_hands_only:
            return [Reason("承诺须由申请人本人作出，代理人不能代签", "请申请人本人签署，或者按一般程序提交材料", "agent")]
        if signer == "agent" and application.agent is None:
            return [Reason("本次办理没有代理人", "请由申请人本人签署", "agent")]
        if text_hash(found.notice) != row.notice_hash:
            return [Reason("告知内容已随填报改变", "请重新阅读告知书后再签署", "state")]
        if self._letter(application, found)[1] != letter_hash:
            return [Reason("承诺书内容已随填报改变", "请重新阅读承诺书后再签署", "state")]
        return []

    def _sealed(self, key: str, letter: Text, signature: Signature, signer: str, found: CommitmentOffer) -> dict[str, Any]:
        hashed = text_hash(letter)
        return {
            "letter": self._vault.seal(text_json(letter), f"commitment/{key}/letter"), "letter_hash": hashed,
            "strokes": self._vault.seal(signature.as_json(), f"commitment/{key}/strokes"),
            "binding": self._vault.blind(signature.digest(hashed), "signature"), "signer": signer, "signed_at": self._clock.now(),
            "terms": listed(found.terms()), "saved": len(found.replaced),
        }  # fmt: skip

    def withdraw(self, key: str, actor: Actor, reason: str = "") -> Commitment:
        """Back to the general procedure: the materials are needed again. Raises `ActionRefused` once decided."""
        with self._database.writing() as connection:
            found = commitment_of(self._ledger.row(connection, key))
            if found.state in ("signed", "in_effect") and not found.may_withdraw:
                message = "已作出决定，不能再撤回承诺" if found.decided_at else "已受理，本事项的承诺不能再撤回"
                raise ActionRefused(reasons=[{"message": message, "remedy": "如承诺不实，请联系审批部门"}])
            return self._ledger.move(connection, key, "withdraw", actor, reason, ended_at=self._clock.now())

    def forget(self, case_id: str) -> None:
        """For a draft that was put aside or abandoned: its commitments go with it."""
        with self._database.writing() as connection:
            self._ledger.forget(connection, case_id)

    # ------------------------------------------------------------------ reading

    def of_case(self, case_id: str, connection: Connection | None = None) -> list[Commitment]:
        """All of a case or draft, in the order they were offered."""
        with self._database.reading(connection) as reading:
            return [commitment_of(row) for row in reading.execute(_OF_CASE, {"case": case_id})]

    def get(self, key: str) -> Commitment:
        with self._database.reading() as connection:
            return commitment_of(self._ledger.row(connection, key))

    def steps(self, key: str) -> list[dict[str, Any]]:
        with self._database.reading() as connection:
            return self._ledger.steps(connection, key)

    def effective(self, case_id: str, connection: Connection | None = None) -> Effective:
        """Which materials of the case are replaced, provided or deferred by what was signed."""
        return effective_of(self.of_case(case_id, connection))

    def undecided(self, application: Application) -> int:
        """How many open offers the applicant has neither signed nor declined."""
        answered = {found.definition for found in self.of_case(application.id) if found.state not in ("offered", "lapsed", "withdrawn")}
        return sum(1 for found in self.offers(application) if found.open and found.code not in answered)

    def unfit(self, application: Application, connection: Connection | None = None) -> list[Reason]:
        """What of the signed commitments no longer holds for the application as it is now filled in."""
        return self._fallen(self.of_case(application.id, connection), application)

    def _fallen(self, known: Sequence[Commitment], application: Application) -> list[Reason]:
        standing = [found for found in known if found.state in ("signed", "in_effect")]
        now = {found.code: found for found in self.offers(application)} if standing else {}
        return [reason for found in standing for reason in broken(found, now.get(found.definition))]

    def snapshot(self, key: str, actor: Actor) -> dict[str, Any]:
        """Notice, letter and signature as they were (the reading is noted): texts, hashes, SVG, and whether the binding still holds."""
        with self._database.reading() as connection:
            row = self._ledger.row(connection, key)
        self._audit.note(actor, "commitment.read", "commitment", key)
        told: dict[str, Any] = {"notice": text_of(row.notice), "notice_hash": row.notice_hash, "letter": (), "letter_hash": row.letter_hash}
        if not row.strokes:
            return told | {"signature": "", "genuine": None, "signer": ""}
        letter = text_of(self._vault.open(row.letter, f"commitment/{key}/letter"))
        signature = stored_signature(self._vault.open(row.strokes, f"commitment/{key}/strokes"))
        genuine = text_hash(letter) == row.letter_hash and self._vault.blind(signature.digest(row.letter_hash), "signature") == row.binding
        return told | {"letter": letter, "signature": signature.svg, "genuine": genuine, "signer": SIGNERS[row.signer]}

    # ------------------------------------------------------------------ hooks of the case

    def on_accepted(self, connection: Connection, application: Application, actor: Actor) -> Effective:
        """The case is accepted on the strength of what was signed. Raises `CommitmentRefused` when that no longer holds."""
        known = self.of_case(application.id, connection)
        if broken := self._fallen(known, application):
            raise CommitmentRefused(reasons=[reason.as_dict() for reason in broken])
        place = {"hall": application.place.hall, "street": application.place.street, "case_number": application.number}
        now = self._clock.now()
        for found in known:
            if found.state == "signed":
                accepted = self._ledger.move(connection, found.id, "accept", actor, accepted_at=now, **place)
                self._put_on_paper(connection, accepted, application, actor)
            elif found.state == "offered":
                self._ledger.move(connection, found.id, "lapse", actor, "受理前没有选择", ended_at=now)
        return self.effective(application.id, connection) if known else effective_of(known)

    def _put_on_paper(self, connection: Connection, found: Commitment, application: Application, actor: Actor) -> None:
        snapshot = self._catalogue.at(application.release)
        if self._documents is None or snapshot.find("document", papers.LETTER) is None:
            return
        row = self._ledger.row(connection, found.id)
        signature = stored_signature(self._vault.open(row.strokes, f"commitment/{found.id}/strokes"))
        signed = papers.Signed(snapshot, self._compiled(application, found.definition), found, signature)
        papers.issue(connection, self._documents, signed, application, actor)

    def on_decided(self, connection: Connection, case_id: str, approved: bool, actor: Actor, on: date | None = None) -> None:
        """Approved: draw who is looked at afterwards. Otherwise the commitments end with the case."""
        for found in self.of_case(case_id, connection):
            if found.state == "in_effect" and approved:
                self._draw(connection, found, actor, on or self._clock.now().date())
            elif found.state in ("offered", "signed", "in_effect"):
                self._ledger.move(connection, found.id, "lapse", actor, "" if approved else "办件未准予", ended_at=self._clock.now())

    def on_ended(self, connection: Connection, case_id: str, actor: Actor) -> None:
        """The case ended without a decision: withdrawn, terminated, not accepted."""
        self.on_decided(connection, case_id, False, actor)

    def _draw(self, connection: Connection, found: Commitment, actor: Actor, on: date) -> None:
        spec = found.terms["verification"]
        result = draw(spec, self._seed(), found.id)
        self._ledger.change(connection, found.id, "decided", actor, decided_at=self._clock.now(), draw=listed(result.as_dict()))
        if result.chosen:
            self._ledger.move(connection, found.id, "verify", actor)
            calendar = self._item(found.release, found.item).calendar
            self.verifications.create(connection, found, due_of(spec.get("due"), on, calendar), int(spec.get("warn_days", 7)))

    # ------------------------------------------------------------------ inside

    def _codes(self, application: Application) -> Sequence[str]:
        snapshot = self._catalogue.at(application.release)
        known = self._by_item.get(snapshot.release)
        if known is None:
            known = {}
            for code, words in snapshot.words("commitment").items():
                known.setdefault(str(words.get("item", "")), []).append(code)
            self._by_item = {release: kept for release, kept in list(self._by_item.items())[-7:]} | {snapshot.release: known}
        return known.get(application.item, ())

    def _item(self, release: int, code: str) -> CompiledItem:
        return self._catalogue.at(release).compiled(compile_item, code)

    def _compiled(self, application: Application, code: str) -> CompiledCommitment:
        snapshot = self._catalogue.at(application.release)
        general = snapshot.find("commitment_rules", RULES_CODE) or {}
        return compile_commitment(snapshot.get("commitment", code), general, self._item(application.release, application.item))

    def _find(self, application: Application, code: str) -> CommitmentOffer | None:
        return next((found for found in self.offers(application) if found.code == code), None)

    def _open_offer(self, application: Application, code: str) -> CommitmentOffer:
        found = self._find(application, code)
        if found is None:
            raise DefinitionMissing("这个事项在所选情形下没有这种告知承诺")
        if not found.open:
            raise CommitmentRefused(reasons=[reason.as_dict() for reason in found.reasons])
        return found

    def _letter(self, application: Application, found: CommitmentOffer) -> tuple[Text, str]:
        made = self._compiled(application, found.code)
        text = letter_text(made, application.applicant, found.deferred, self._clock.now().date())
        return text, text_hash(text)

    def _living(self, connection: Connection, case_id: str, code: str) -> Commitment | None:
        """The one that is offered or stands already."""
        mine = [found for found in self.of_case(case_id, connection) if found.definition == code]
        return next((found for found in mine if found.state == "offered" or found.stands), None)

    def _first_row(self, application: Application, found: CommitmentOffer, notice: str) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()), "case_id": application.id, "case_number": application.number, "definition": found.code, "title": found.title,
            "kind": found.kind, "item": found.item, "item_title": found.item_title, "department": found.department,
            "hall": application.place.hall, "street": application.place.street, "channel": application.channel, "release": application.release,
            "subject": self.credit.subject(application.applicant.id_no), "label": label_of(application.applicant),
            "terms": listed(found.terms()), "notice": text_json(found.notice), "notice_hash": notice,
        }  # fmt: skip
