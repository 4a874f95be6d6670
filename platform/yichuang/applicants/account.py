"""An account and what the identity provider says of its owner."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from yichuang.access.masks import mask_id, mask_name, mask_phone
from yichuang.errors import ConnectorRefused
from yichuang.ports import Actor, Party
from yichuang.rules.national import credit_fault, id_fault

PERSON = "1"
CREDIT_CODE, IDENTITY_CARD = "001", "111"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or an organisation, with who acts for the organisation."""

    party: Party
    operator: Party | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"party": asdict(self.party), "operator": asdict(self.operator) if self.operator else None}


def identity_from(raw: Mapping[str, Any]) -> Identity:
    """The counterpart of `Identity.as_dict`."""
    operator = raw.get("operator")
    return Identity(Party(**raw["party"]), Party(**operator) if operator else None)


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """What a provider's claims say. Raises `ConnectorRefused` when a name or a number is missing or can't be right."""
    party = _party(claims, str(claims.get("subject_kind", PERSON)))
    operator = claims.get("operator")
    if not party.organisation:
        return Identity(party)
    return Identity(party, _party(operator, PERSON) if isinstance(operator, Mapping) else None)


def _party(claims: Mapping[str, Any], kind: str) -> Party:
    taken = {name: _text(claims.get(name)) for name in ("name", "id_type", "id_no", "phone_number", "legal_rep")}
    phone = taken.pop("phone_number")
    party = Party(kind=kind, phone=phone, **taken)
    fault = "缺少姓名或名称" if not party.name else number_fault(party)
    if fault:
        raise ConnectorRefused(f"统一身份认证给出的信息不完整：{fault}", reason="claims")
    return party


def number_fault(party: Party) -> str:
    """What is wrong with the party's number, in Chinese; empty when nothing is. A credit code's check digit alone is no fault."""
    if not party.id_no:
        return "缺少证件号码"
    if party.id_type == IDENTITY_CARD and id_fault(party.key):
        return "身份证号码不对"
    return "统一社会信用代码不对" if party.id_type == CREDIT_CODE and credit_fault(party.key) == "shape" else ""


def _text(value: object) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose session it is. `epoch`: see `applicants.model`."""

    id: str
    epoch: int
    identity: Identity

    @property
    def party(self) -> Party:
        return self.identity.party

    @property
    def acting(self) -> Party:
        """Who sits at the keyboard: the person, or the organisation's operator."""
        return self.identity.operator or self.identity.party

    @property
    def actor(self) -> Actor:
        """As a case's history names them: the number of the account, and what everybody may read."""
        return Actor(f"applicant:{self.id}", "申请人", frozenset({"APPLICANT"}))

    @property
    def greeting(self) -> str:
        return self.party.name if self.party.organisation else mask_name(self.party.name)


def masked(party: Party) -> dict[str, str]:
    """The party as its owner's page shows it: enough to know oneself by, nothing to copy over a shoulder."""
    name = party.name if party.organisation else mask_name(party.name)
    number = party.id_no if party.id_type == CREDIT_CODE else mask_id(party.id_no)
    shown = {"name": name, "kind": party.kind, "id_type": party.id_type, "id_no": number}
    return shown | {"phone": mask_phone(party.phone), "legal_rep": party.legal_rep}
