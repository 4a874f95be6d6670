"""By what a clerk knows a draft again in a list: the applicant's name, a person's masked."""

from collections.abc import Mapping
from typing import Any

from yichuang.access.masks import mask_name

LONGEST_PERSONAL, CUT = 4, 10
TELLING = ("owner", "applicant", "operator")


def label_of(answers: Mapping[str, Any]) -> str:
    """The first name among the answers: of a person or organisation, or of a text field named like one."""
    for code, value in answers.items():
        if isinstance(value, Mapping) and isinstance(value.get("name"), str) and value["name"]:
            return mask_name(value["name"]) if "id_no" in value or "id_type" in value else shortened(value["name"])
        if isinstance(value, str) and value and len(value) <= 30 and (code in TELLING or code.split("_")[-1] == "name"):
            return shortened(value)
    return ""


def shortened(name: str) -> str:
    """People's names are masked; longer ones belong to enterprises, which are public, and are cut."""
    if len(name) <= LONGEST_PERSONAL or "·" in name:
        return mask_name(name)
    return name if len(name) <= CUT else name[:CUT] + "…"
