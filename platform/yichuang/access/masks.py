"""Masking for screens and lists (姓名张*三, 证件前 6 后 4, 手机 138****5678), and who may see the whole."""

from dataclasses import replace

from yichuang.access.grants import Grants
from yichuang.ports import Party, Place

REVEAL = "personal.reveal"


def revealed(grants: Grants, place: Place, clerk: str = "") -> bool:
    """Whether the member may see whole values of what lies at `place`, handled by `clerk`. Who shows them notes it in the trail."""
    return grants.reach(REVEAL).covers(place, clerk)


def masked_party(party: Party) -> Party:
    """As pages and lists show it to everybody. An organisation's name and credit code are public; its people aren't."""
    shown = replace(party, phone=mask_phone(party.phone) if party.phone else "", legal_rep=mask_name(party.legal_rep))
    return shown if party.organisation else replace(shown, name=mask_name(party.name), id_no=mask_id(party.id_no))


def mask_name(name: str) -> str:
    if len(name) <= 1:
        return "*" * len(name)
    return name[0] + "*" * (len(name) - 2) + name[-1] if len(name) > 2 else name[0] + "*"


def mask_id(number: str) -> str:
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) > 10 else "*" * len(number)


def mask_detail(_detail: str) -> str:
    """An address is shown down to its street."""
    return "****"


def mask_phone(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "*" * max(len(phone) - 2, 0) + phone[-2:]
