"""What may stand on our side of a mapping: the record's paths, and those that items and their forms add."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.mappings.record import LISTS, NESTED, OBJECTS, Paths, source
from yichuang.ports import Body, DefinitionView
from yichuang.rules.everyday import questions
from yichuang.rules.facts import Fact, FactBook, FactType

FACT_TYPES: Mapping[str, FactType] = {
    "text": "text", "number": "number", "boolean": "boolean", "date": "date", "moment": "text", "texts": "texts", "rows": "rows",
    "files": "rows",
}  # fmt: skip
FIELD_TYPES: Mapping[str, str] = {
    "number": "number", "money": "number", "date": "date", "boolean": "boolean", "choices": "texts", "group": "rows",
    "attachment": "files", "address": "address", "person": "person", "organisation": "organisation", "date_range": "object",
}  # fmt: skip
PARTS: Mapping[str, Mapping[str, str]] = {
    "address": {"division": "区划", "detail": "详细地址"},
    "person": {"name": "姓名", "id_type": "证件类型", "id_no": "证件号码", "phone": "电话"},
    "organisation": {"name": "名称", "credit_code": "统一社会信用代码", "legal_rep": "法定代表人", "phone": "电话"},
    "object": {"from": "起", "to": "止"},
}
FORM_FILES: Mapping[str, str] = {"name": "文件名", "size": "字节数", "digest": "SHA-256"}


@dataclass(frozen=True, slots=True)
class SourcePath:
    """A path to choose. `type` as in `record.SourceType`; `repeated`: rows (`form.staff`) or inside of them (`form.staff[].name`)."""

    path: str
    title: str
    type: str
    repeated: bool = False


def source_paths(view: DefinitionView, items: str | Sequence[str] | None = None) -> list[SourcePath]:
    """Every path there is; with items also those of their situations, forms and materials, each once."""
    names = [items] if isinstance(items, str) else list(items or ())
    found = [*_record_paths(view), *(path for name in names for path in _item_paths(view, name))]
    return list({path.path: path for path in found}.values())


def _record_paths(view: DefinitionView) -> Iterator[SourcePath]:
    yield from _plain_paths()
    for code, title in _step_codes(view).items():
        yield from _flat(f"steps.{code}", f"最近一次{title}", LISTS["steps"][1])
    for code in view.codes("document"):
        yield from _flat(f"documents.{code}", str((view.find("document", code) or {}).get("title", code)), LISTS["documents"][1])


def _plain_paths() -> Iterator[SourcePath]:
    """Those that every record has."""
    for root, (title, paths) in OBJECTS.items():
        yield from _flat(root, title, paths)
    for root, (title, paths) in LISTS.items():
        yield SourcePath(root, title, "rows", True)
        yield from _within(root, title, paths)
    for root in ("corrections", "steps"):
        yield from _flat(f"{root}.last", f"最近一次{LISTS[root][0]}", LISTS[root][1])


def _step_codes(view: DefinitionView) -> dict[str, str]:
    """What steps are called between systems, with the title of the first action that is one."""
    found: dict[str, str] = {}
    for code in view.codes("flow"):
        for action in (view.find("flow", code) or {}).get("actions", ()):
            if action.get("step"):
                found.setdefault(str(action["step"]), str(action["title"]))
    return found


def _flat(root: str, title: str, paths: Paths) -> Iterator[SourcePath]:
    for name, (said, kind) in paths.items():
        yield SourcePath(f"{root}.{name}", f"{title} › {said}", kind, kind in ("rows", "files"))
        if name in NESTED:
            yield from _within(f"{root}.{name}", f"{title} › {said}", NESTED[name][1])


def _within(root: str, title: str, paths: Paths) -> Iterator[SourcePath]:
    for name, (said, kind) in paths.items():
        yield SourcePath(f"{root}[].{name}", f"{title} › {said}", kind, True)
        if name in NESTED:
            yield from _within(f"{root}[].{name}", f"{title} › {said}", NESTED[name][1])


def _item_paths(view: DefinitionView, code: str) -> Iterator[SourcePath]:
    item = view.find("item", code) or {}
    for question in questions(item.get("situations", ())):
        kind = "texts" if question["kind"] == "multiple" else "text"
        yield SourcePath(f"situation.{question['code']}", f"情形 › {question['title']}", kind)
    for material in item.get("materials", ()):
        yield from _flat(f"materials.{material['code']}", f"材料 › {material['title']}", LISTS["materials"][1])
    yield from _form_paths(_form(view, item))


def _form(view: DefinitionView, item: Body) -> Body:
    return (view.find("form", item["form"]) if item.get("form") else None) or {}


def fields_of(form: Body) -> Iterator[Mapping[str, Any]]:
    """A form's fields that have answers."""
    for section in form.get("sections", ()):
        yield from (field for field in section.get("fields", ()) if field.get("type") != "static")


def _form_paths(form: Body) -> Iterator[SourcePath]:
    for field in fields_of(form):
        yield from _field(f"form.{field['code']}", f"表单 › {field['title']}", field, repeated=False)


def _field(path: str, title: str, field: Mapping[str, Any], *, repeated: bool) -> Iterator[SourcePath]:
    kind = FIELD_TYPES.get(field["type"], "text")
    yield SourcePath(path, title, kind, repeated or kind in ("rows", "files"))
    for name, said in PARTS.get(kind, {}).items():
        yield SourcePath(f"{path}.{name}", f"{title} › {said}", "date" if kind == "object" else "text", repeated)
    if kind == "files":
        for name, said in FORM_FILES.items():
            yield SourcePath(f"{path}[].{name}", f"{title} › {said}", "number" if name == "size" else "text", True)
    for column in field.get("fields", ()):
        yield from _field(f"{path}[].{column['code']}", f"{title} › {column['title']}", column, repeated=True)


def book_of(view: DefinitionView, body: Body) -> FactBook:
    """The facts that a mapping's conditions read: paths of the record. Definitions are read only when conditions ask for an item's.

    A row's facts are called by where the rows are: `form.staff[].duty`; see `in_rows`.
    """
    mentioned = set(_mentioned(body.get("lines")))
    if not mentioned:
        return FactBook()
    own = any(path.startswith(("form.", "situation.", "row.")) for path in mentioned)
    items = [code for code in body.get("items", ()) if isinstance(code, str)] if own else []
    asked = [path for name in items for path in _item_paths(view, name)]
    return fact_book([*_plain_paths(), *_by_code(mentioned), *asked])


def _by_code(mentioned: Iterable[str]) -> Iterator[SourcePath]:
    """Entries of lists by their codes, as conditions name them: whether there are such is the gate's question."""
    for path in sorted(mentioned):
        where = source(path)
        if where.code and len(where.keys) == 1 and where.keys[0] in LISTS[where.root][1]:
            said, kind = LISTS[where.root][1][where.keys[0]]
            yield SourcePath(path, said, kind)


def fact_book(paths: Iterable[SourcePath]) -> FactBook:
    """What conditions can read of these paths."""
    return FactBook(Fact(one.path, FACT_TYPES[one.type], one.title) for one in paths if one.type in FACT_TYPES)


def in_rows(book: FactBook, each: str, outer: str = "") -> tuple[FactBook, str]:
    """The book inside of an `each`, with `row.*`, and what its rows are called."""
    where = source(each)
    called = (outer + each.removeprefix("row") if where.in_row else each).removesuffix("[]")
    start = f"{rows_in(called)}[]."
    own = [Fact(f"row.{fact.path.removeprefix(start)}", fact.type, fact.title) for fact in book if fact.path.startswith(start)]
    return book.with_([*(fact for fact in own if fact.path.count(".") == 1), Fact("row.number", "number", "行号")]), f"{called}[]"


def rows_in(called: str) -> str:
    """The rows of one of a list by its code are like those of any: `materials.licence.files` is `materials[].files`."""
    root, _, rest = called.partition(".")
    code, _, inner = rest.partition(".")
    return f"{root}[].{inner}" if root in LISTS and inner and "[" not in code else called


def _mentioned(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in ("fact", "other"):
            if isinstance(value.get(key), str):
                yield value[key]
        for inner in value.values():
            yield from _mentioned(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _mentioned(inner)
