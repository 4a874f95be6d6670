"""Tables as Excel workbooks (.xlsx): Chinese heads, head row frozen, widths that fit. Text is never read as a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDEST = 60
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_CONTROL = dict.fromkeys(c for c in range(32) if chr(c) not in "\t\n\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `columns`: key in the rows and head, in order. `rows`: mappings; missing values stay blank."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Mapping[str, Any]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The file. Sheet titles are cut to 31 characters, Excel's limit."""
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second, and few processes ever write one

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title.translate(_FORBIDDEN)[:31]), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    widths = [_width(head) for _, head in sheet.columns]
    for column, (_, head) in enumerate(sheet.columns, 1):
        cell = page.cell(1, column, head)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="E8F0FC")
        cell.alignment = Alignment(vertical="center")
    for line, row in enumerate(sheet.rows, 2):
        for column, (key, _) in enumerate(sheet.columns, 1):
            _write(page.cell(line, column), row.get(key))
            widths[column - 1] = max(widths[column - 1], _width(row.get(key)))
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = min(width + 2, WIDEST)
    page.freeze_panes = "A2"
    if sheet.columns and page.max_row > 1:
        page.auto_filter.ref = page.dimensions


def _write(cell: Any, value: Any) -> None:
    from openpyxl.styles import Alignment  # noqa: PLC0415

    if isinstance(value, str):
        cell.value = value.translate(_CONTROL)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=len(value) > WIDEST // 2, vertical="top")
    else:
        cell.value = value


def _width(value: Any) -> int:
    """In characters of Excel's default type; a Chinese one counts two."""
    return sum(1 if ord(character) < 0x2E80 else 2 for character in str(value if value is not None else ""))
