"""A form as HTML: specialised once per release, then joined with escaped values.

`specialise(wire)` turns the wire of a form (see `yichuang.forms`) into a `FormTemplate`; `.render(...)` joins what never changes
with values, visibility, need and errors. The same template makes the desk form and the phone form. The browser's `ui/form.js` takes over
from there; without it the page is still a complete form.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Literal

from renderers.form_fields import Out, State, Titles, Writer, escape, slug
from renderers.form_parts import writer_for
from yichuang.ports import FieldError

Mode = Literal["desk", "phone"]


def _no_titles(_table: str, _code: str) -> str | None:
    return None


class _Section:
    __slots__ = ("code", "head", "hidden_head", "writers")

    def __init__(self, section: Mapping[str, Any], columns: int, titles: Titles, mode: Mode) -> None:
        code = self.code = section["code"]
        hint = f'<p class="hint">{escape(section["hint"])}</p>' if section.get("hint") else ""
        rest = (
            f'><h3 id="st-{code}">{escape(section["title"])}</h3>{hint}<div class="grid cols-{1 if mode == "phone" else columns}">'
        )
        start = f'<section class="form-section" data-section="{code}" aria-labelledby="st-{code}"'
        self.head, self.hidden_head = start + rest, start + " hidden" + rest
        self.writers: list[Writer] = [writer_for(f, f["code"], titles, mode) for f in section["fields"]]


class FormTemplate:
    """A form, specialised. Immutable but for its cache of repeated rows; one serves every thread."""

    def __init__(self, wire: Mapping[str, Any], titles: Titles = _no_titles) -> None:
        self.code: str = wire["code"]
        columns = wire.get("columns", 2)
        self._modes: dict[Mode, list[_Section]] = {
            mode: [_Section(s, columns, titles, mode) for s in wire["sections"]] for mode in ("desk", "phone")
        }

    def render(
        self,
        values: Mapping[str, Any],
        errors: Iterable[FieldError] = (),
        visible: Set[str] | None = None,
        required: Set[str] = frozenset(),
        mode: Mode = "desk",
    ) -> str:
        """The form's sections. `visible` and `required` are sets of paths as in `Decision`; without `visible` all shows."""
        sections = self._modes[mode]
        first: dict[str, FieldError] = {}
        for error in errors:
            first.setdefault(error.path, error)
        shown = frozenset(visible) if visible is not None else frozenset(w.path for s in sections for w in s.writers)
        state = State(shown, required if isinstance(required, frozenset) else frozenset(required), first)
        out: Out = []
        for section in sections:
            out.append(section.head if any(w.path in shown for w in section.writers) else section.hidden_head)
            for writer in section.writers:
                writer.write(out, values.get(writer.code), state)
            out.append("</div></section>")
        return "".join(out)


def specialise(wire: Mapping[str, Any], titles: Titles = _no_titles) -> FormTemplate:
    """Prepare a form for rendering. `titles(table, code)` names the codes of large tables."""
    return FormTemplate(wire, titles)


def _told(error: FieldError) -> str:
    """The message alone where it names its field already."""
    return error.message if f"“{error.title}”" in error.message else f"{error.title}：{error.message}"


def summary(errors: Sequence[FieldError]) -> str:
    """All errors at once, above the form; each leads to its field."""
    if not errors:
        return ""
    lines = "".join(
        f'<li><a href="#f-{slug(e.path)}" data-jump="{escape(e.path)}">{escape(_told(e))}</a></li>' for e in errors
    )
    head = f"<strong>还有 {len(errors)} 处需要修改</strong>"
    return f'<div class="alert bad summary" role="alert" tabindex="-1"><div>{head}<ul>{lines}</ul></div></div>'


__all__ = ["FormTemplate", "specialise", "summary"]
