"""By what a clerk knows a draft again in a list: the applicant's name, masked."""

from collections.abc import Mapping
from typing import Any

from yichuang.access.masks import mask_name

TELLING = ("name", "owner", "applicant", "operator")


def label_of(answers: Mapping[str, Any]) -> str:
    """The first name among the answers: of a person or organisation, or of a text field named like one."""
    for code, value in answers.items():
        if isinstance(value, Mapping) and isinstance(value.get("name"), str) and value["name"]:
            return mask_name(value["name"])
        if isinstance(value, str) and value and len(value) <= 30 and any(word in code for word in TELLING):
            return mask_name(value)
    return ""
