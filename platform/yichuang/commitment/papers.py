"""Notice and letter on paper: issued when the case is accepted, once for each commitment, with the signature as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from yichuang.commitment.compiled import CompiledCommitment
from yichuang.commitment.records import Commitment
from yichuang.commitment.signature import Signature
from yichuang.commitment.terms import KINDS
from yichuang.commitment.texts import later, publicity_words, verification_words
from yichuang.documents.order import DocumentOrder
from yichuang.documents.service import Documents
from yichuang.ports import Actor, Application, DefinitionView, Party

NOTICE, LETTER = "commitment_notice", "commitment_letter"
BY_HAND = "书面承诺，手写签名与承诺书文本绑定"
IN_FORM = "见申请表"
MARGIN = 6
"""Pixels around what was written."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A commitment with what its papers need: the definitions of its release, and the strokes."""

    view: DefinitionView
    made: CompiledCommitment
    found: Commitment
    signature: Signature


def issue(connection: Connection, documents: Documents, signed: Signed, case: Application, actor: Actor) -> None:
    """Both papers, within the case's transaction; a second time gives those that are there."""
    found = signed.found
    values = {**_applicant(signed.view, case.applicant), **_terms(signed.made, found), "commitment.signature": drawn(signed.signature)}
    facts, key = {**case.facts, "item.code": case.item}, f"commitment/{found.id}"
    for code in (NOTICE, LETTER):
        order = DocumentOrder(case.id, case.number, code, found.release, found.department, case.place, values, facts, actor, key)
        documents.issue(connection, order)


def _applicant(view: DefinitionView, party: Party) -> dict[str, Any]:
    types = {entry["code"]: entry["title"] for entry in (view.find("code_table", "id_type") or {}).get("entries", ())}
    told = {"name": party.name, "id_type": types.get(party.id_type), "id_no": party.id_no, "legal_rep": party.legal_rep}
    return {f"applicant.{key}": value for key, value in told.items() if value} | {"applicant.phone": party.phone or IN_FORM}


def _terms(made: CompiledCommitment, found: Commitment) -> Mapping[str, Any]:
    item = made.item.body
    laws = "、".join(f"《{law['law']}》{law.get('article', '')}" for law in item.get("legal_basis", ()))
    told = {
        "kind": KINDS[found.kind], "title": found.title, "basis": laws or "见办事指南", "method": BY_HAND, "hash": found.letter_hash,
        "inspection": verification_words(found.terms["verification"]), "publicity": publicity_words(made.body.get("publicity")),
        "conditions": list(item.get("accept_conditions", ())) or ["见办事指南"], "liability": list(made.clauses("notice_clauses")),
        "replaced": [stand.title for stand in found.stand("replaced")], "deferred": [later(stand) for stand in found.stand("deferred")],
        "clauses": list(made.clauses("letter_clauses")), "signed_on": found.signed_at.date() if found.signed_at else None,
    }  # fmt: skip
    return {f"commitment.{key}": value for key, value in told.items() if value}


def drawn(signature: Signature) -> dict[str, Any]:
    """As `documents.drawings` takes it: points of x, y and pressure, cut to what was written."""
    points = [point for stroke in signature.strokes for point in stroke]
    left, top = min(x for x, *_ in points) - MARGIN, min(y for _, y, *_ in points) - MARGIN
    width, height = max(x for x, *_ in points) - left + MARGIN, max(y for _, y, *_ in points) - top + MARGIN
    strokes = [[[round(x - left, 1), round(y - top, 1), pressure] for x, y, pressure, _ in stroke] for stroke in signature.strokes]
    return {"width": round(width, 1), "height": round(height, 1), "strokes": strokes}
