"""What an answer brings along: an identity number fills sex and birth date. The twin is `engine/filling.js`."""

from collections.abc import Sequence
from typing import Any

from yichuang.forms.fields import Field
from yichuang.rules import national

_SEX_TITLES = {"1": "男", "2": "女"}


def filled(fields: Sequence[Field], path: str, value: Any) -> dict[str, Any]:
    """Answers by path; empty for a faulty number or a field that fills nothing."""
    names = path.split("/")
    item = _find(fields, names[0])
    beside, prefix = fields, ""
    if item is not None and len(names) == 3:
        beside, prefix = item.columns, f"{names[0]}/{names[1]}/"
        item = _find(beside, names[2])
    number = item.normalise(value) if item is not None and item.type == "id_number" else None
    if item is None or type(number) is not str or national.id_fault(number):
        return {}
    fills = item.spec.get("fills", {})
    born = national.id_birth_date(number)
    found = {"birth_date": born.isoformat() if born else None, "sex": _sex(_find(beside, fills.get("sex", "")), number)}
    targets = {kind: target for kind in ("sex", "birth_date") if (target := _find(beside, fills.get(kind, "")))}
    return {prefix + target.code: found[kind] for kind, target in targets.items() if found[kind]}


def _find(fields: Sequence[Field], code: str) -> Field | None:
    return next((f for f in fields if f.code == code), None)


def _sex(target: Field | None, number: str) -> str | None:
    """The target's own code for the sex: GB/T 2261.1, or the option of that title; plain text gets the title."""
    sex = national.id_sex(number) or ""
    if target is None or target.options is None:
        return _SEX_TITLES.get(sex)
    if sex in target.options:
        return sex
    return next((code for code, title in target.options.items() if title in (_SEX_TITLES.get(sex), f"{_SEX_TITLES.get(sex)}性")), None)
