"""Who applies and who acts for them, found in the answers by what the form says of its parties."""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.ports import Body, Party

ORGANISATION_ID, PERSON_ID = "001", "111"
ENTERPRISE, PERSON = "2", "1"


def parties_of(form: Body | None, answers: Mapping[str, Any], kind: str = "") -> tuple[Party, Party | None]:
    """Applicant and agent. Of each list the first whose name is filled in counts; `kind` is the applicant's, where known."""
    told = (form or {}).get("parties", {})
    types = _types(form)
    found = _first(told.get("applicant", ()), answers, types) or Party()
    kind = kind or (ENTERPRISE if found.id_type == ORGANISATION_ID else PERSON)
    applicant = Party(found.name, kind, found.id_type, found.id_no, found.phone, found.legal_rep)
    return applicant, _first(told.get("agent", ()), answers, types)


def _first(specs: Sequence[Mapping[str, str]], answers: Mapping[str, Any], types: Mapping[str, str]) -> Party | None:
    for spec in specs:
        found = {part: at(answers, path) for part, path in spec.items()}
        if found.get("name"):
            kind = found.get("id_type") or _id_type(spec.get("id_no", ""), types)
            number = found.get("id_no", "")
            return Party(found["name"], "", kind if number else "", number, found.get("phone", ""), found.get("legal_rep", ""))
    return None


def _id_type(path: str, types: Mapping[str, str]) -> str:
    return ORGANISATION_ID if path.endswith("/credit_code") or types.get(path) == "credit_code" else PERSON_ID


def _types(form: Body | None) -> dict[str, str]:
    return {field["code"]: field["type"] for section in (form or {"sections": ()})["sections"] for field in section["fields"]}


def at(answers: Any, path: str) -> str:
    """The text at a path (`legal_rep/name`), empty where there is none."""
    for step in path.split("/"):
        answers = answers.get(step) if isinstance(answers, Mapping) else None
    return answers if isinstance(answers, str) else ""
