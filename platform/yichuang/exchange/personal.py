"""What is personal in a case's record, and how it stands on pages for those who may not read it (pure)."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from yichuang.access.masks import mask_detail, mask_id, mask_name, mask_phone
from yichuang.ports import Body

Mask = Callable[[str], str]
PARTIES = ("applicant", "agent", "contact")
IN_PARTIES: Mapping[str, Mask] = {"name": mask_name, "id_no": mask_id, "phone": mask_phone, "legal_rep": mask_name}
WHOLE: Mapping[str, Mask] = {"id_number": mask_id, "phone": mask_phone}
"""Kinds of fields whose value is personal as a whole."""
PARTS: Mapping[str, Mapping[str, Mask]] = {
    "person": {"name": mask_name, "id_no": mask_id, "phone": mask_phone},
    "organisation": {"legal_rep": mask_name, "phone": mask_phone},
    "address": {"detail": mask_detail},
}
HIDDEN = "****"
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ROW = re.compile(r"\[\d*\]|(?<=\.)\d+(?=\.|$)")

Found = tuple[str, str, Mask]
"""Path, value, how it is masked."""


class Personal:
    """Of one record: `text` and `shown` mask every value that is known to be personal, wherever it stands, and what looks like one."""

    def __init__(self, found: Sequence[Found]) -> None:
        self._paths = {plain(path) for path, _, _ in found}
        masks = {form: mask(value) for _, value, mask in found for form in _forms(value)}
        ordered = sorted((value for value in masks if len(value) > 1), key=len, reverse=True)
        self._masks = masks
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    @classmethod
    def of(cls, record: Mapping[str, Any], form: Body | None = None) -> "Personal":
        """`form`: the definition of the case's form, from which follows which answers are personal."""
        return cls([*_in_parties(record), *_in_form(record.get("form") or {}, form or {})])

    def about(self, path: str) -> bool:
        """Whether the source path holds something personal, in any row; of several with commas between, whether any does."""
        return any(plain(one) in self._paths for one in path.split(","))

    def text(self, words: str) -> str:
        masked = self._known.sub(lambda match: self._masks[match[0]], words) if self._known else words
        return _PHONE.sub(lambda match: mask_phone(match[0]), _ID.sub(lambda match: mask_id(match[0]), masked))

    def value(self, value: Any, source: str = "") -> Any:
        """A value for the page; what came from a personal `source` and looks different now is hidden as a whole."""
        words = value if isinstance(value, str) else "" if value is None or isinstance(value, bool) else str(value)
        masked = self.text(words)
        if masked == words:
            return HIDDEN if words and source and self.about(source) else value
        return masked

    def shown(self, body: Any, sources: Mapping[str, str] | None = None, path: str = "") -> Any:
        """The same shape with every leaf masked; `sources`: target path to source path."""
        sources = sources or {}
        if isinstance(body, Mapping):
            return {key: self.shown(value, sources, f"{path}.{key}" if path else str(key)) for key, value in body.items()}
        if isinstance(body, list):
            return [self.shown(value, sources, f"{path}[]") for value in body]
        return self.value(body, sources.get(path, ""))


def plain(path: str) -> str:
    """A path without the numbers of its rows: `form.staff[2].name` and `form.staff.2.name` are `form.staff.name`."""
    return _ROW.sub("", path).replace("..", ".").strip(".")


def _forms(value: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", value)
    return {value, folded, folded.upper(), folded.lower()} - {""}


def _in_parties(record: Mapping[str, Any]) -> Iterator[Found]:
    for role in PARTIES:
        party = record.get(role) or {}
        public = {"name", "id_no"} if str(party.get("kind") or "1") != "1" or party.get("id_type") == "001" else set()
        for part, mask in IN_PARTIES.items():
            value = party.get(part)
            if isinstance(value, str) and value and part not in public:
                yield f"{role}.{part}", value, mask


def _in_form(answers: Mapping[str, Any], form: Body) -> Iterator[Found]:
    people = _people(form)
    for section in form.get("sections", ()):
        for field in section.get("fields", ()):
            value = answers.get(field["code"])
            if field.get("type") == "group":
                yield from _in_rows(field, value)
            else:
                yield from _in_field(field, value, f"form.{field['code']}", field["code"] in people)


def _in_rows(group: Body, rows: Any) -> Iterator[Found]:
    columns = group.get("fields", ())
    named = any(column.get("type") in WHOLE for column in columns)
    for row in rows if isinstance(rows, list) else ():
        for column in columns if isinstance(row, Mapping) else ():
            person = named and column["code"] == "name"
            yield from _in_field(column, row.get(column["code"]), f"form.{group['code']}.{column['code']}", person)


def _in_field(field: Body, value: Any, path: str, person: bool) -> Iterator[Found]:
    kind = str(field.get("type", ""))
    whole = mask_name if person and kind == "text" else WHOLE.get(kind)
    if isinstance(value, str) and value and whole:
        yield path, value, whole
    for part, mask in PARTS.get(kind, {}).items() if isinstance(value, Mapping) else ():
        inner = value.get(part)
        if isinstance(inner, str) and inner:
            yield f"{path}.{part}", inner, mask


def _people(form: Body) -> set[str]:
    """Codes of the text fields that hold a person's name, as the form says of its parties."""
    types = {field["code"]: field.get("type") for section in form.get("sections", ()) for field in section.get("fields", ())}
    specs = [spec for party in (form.get("parties") or {}).values() for spec in party]
    people = [s for s in specs if types.get(s.get("id_no", "")) != "credit_code" and not str(s.get("id_no", "")).endswith("/credit_code")]
    return {s["name"] for s in people if "name" in s} | {s["legal_rep"] for s in specs if "legal_rep" in s}
