"""A two-page notice as PDF, warm: typst against WeasyPrint with the same content, in the same run.

Limit: 10 × WeasyPrint's speed. The same is asked of both: PDF/A-2a, tags, headings and labels in one typeface and texts in another. Each round
prints another number and code, so that no document comes whole from a cache; the rounds of both alternate.
"""

import logging
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from importlib.resources import files
from typing import Any

import pypdfium2

from renderers import qr
from renderers.pdf import PdfRenderer
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView
from yichuang.items.facts import everyday_facts
from yichuang.notices.content import compose

LIMIT = 10
ROUNDS = 6
ITEM = "nurse_registration"
LEFT_OUT = frozenset({"faq", "basis", "text", "conditions", "results", "contact", "summary"})
"""Blocks that a short layout does without: what stays fills two pages."""
FONTS = {"Serif": "NotoSerifSC-Regular.otf", "Sans": "NotoSansSC-Regular.otf"}
STYLE = """@page { size: A4; margin: 16mm 17mm 22mm; @bottom-right { content: '第 ' counter(page) ' 页，共 ' counter(pages) ' 页'; font: 8pt Sans } }
body { font: 10.5pt/1.45 Serif; margin: 0 } p { margin: 3pt 0 } h1 { font-size: 20pt; text-align: center; font-weight: 400 }
  table { width: 100%; border-collapse: collapse }
h2 { font: 12pt Sans; margin: 12pt 0 6pt } td, th { border: .5pt solid #b9c3cf; padding: 4pt; font-size: 9pt; text-align: left; font-weight: 400 }
th { font-family: Sans }
  thead { display: table-header-group } svg { width: 28mm }"""


def content() -> Mapping[str, Any]:
    """The standing notice of a packaged item in a short layout."""
    view = DocumentView(packaged())
    item = view.find("item", ITEM)
    if item is None:
        raise SystemExit(f"no item {ITEM}")
    today = date(2026, 11, 24)
    data = compose(view, ITEM, {}, everyday_facts(item, today), today).data
    return {**data, "blocks": [block for block in data["blocks"] if block["type"] not in LEFT_OUT]}


def html(data: Mapping[str, Any], url: str, line: str) -> str:
    """The same texts as plain HTML for print."""
    parts = [
        f"<h1>{escape(data['title'])}</h1>{qr.svg(url, border=0)}<p>{escape(line)}</p>",
        _table([(f["label"], f["value"]) for f in data["facts"]]),
    ]
    parts += [f"<h2>{escape(block['title'])}</h2>{_body(block)}" for block in data["blocks"]]
    return f"<html lang='zh'><head><title>{escape(data['title'])}</title></head><body>{''.join(parts)}<p>{escape(data['footer'])}</p></body></html>"


def _table(rows: list[tuple[str, ...]], head: list[str] | None = None) -> str:
    top = f"<thead><tr>{''.join(f'<th>{escape(h)}</th>' for h in head)}</tr></thead>" if head else ""
    return f"<table>{top}{''.join('<tr>' + ''.join(f'<td>{escape(c)}</td>' for c in row) + '</tr>' for row in rows)}</table>"


def _body(block: Mapping[str, Any]) -> str:
    content_, kind = block["content"], block["type"]
    if kind == "materials":
        keys = [c["key"] for c in block["columns"]]
        heads = [c["title"] for c in block["columns"]]
        return "".join(
            _table([tuple(row["cells"][k] for k in keys) for row in group["rows"]], heads) for group in content_
        )
    if kind == "process":
        return _table(
            [tuple(step[k] for k in ("title", "by", "limit", "note")) for step in content_],
            ["环节", "办理人", "时限", "说明"],
        )
    return "".join(f"<p>{escape(_words(entry))}</p>" for entry in content_)


def _words(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, Mapping):
        return "　".join(_words(value) for key, value in entry.items() if key not in ("code", "tone", "tel", "pieces"))
    return "　".join(_words(value) for value in entry)


def once(work: Callable[[int], bytes], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return time.perf_counter() - began


def main() -> int:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    for name in ("weasyprint", "fontTools", "fontTools.subset"):
        logging.getLogger(name).setLevel(logging.ERROR)
    fonts, folder = FontConfiguration(), files("pylopdf_fonts_zh_cn")
    faces = "".join(
        f"@font-face {{ font-family: {name}; src: url('file://{folder / file}') }}" for name, file in FONTS.items()
    )
    sheet = CSS(string=faces + STYLE, font_config=fonts)
    printer, data = PdfRenderer(), content()

    def ours(number: int) -> bytes:
        return printer.notice(data, f"https://hall.example.gov.cn/n/bench{number}", [f"告知单号：{number}"])

    def theirs(number: int) -> bytes:
        text = html(data, f"https://hall.example.gov.cn/n/bench{number}", f"告知单号：{number}")
        made: bytes = HTML(string=text).write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-2a", pdf_tags=True
        )
        return made

    pages = [len(pypdfium2.PdfDocument(work(-1))) for work in (ours, theirs)]
    once(ours, -2)
    spent = [([once(ours, 10 * r + n) for n in range(3)], once(theirs, r)) for r in range(ROUNDS)]
    typst = statistics.median(seconds for three, _ in spent for seconds in three)
    weasyprint = statistics.median(seconds for _, seconds in spent)
    print(f"typst {typst * 1000:.0f} ms ({pages[0]} pages), WeasyPrint {weasyprint * 1000:.0f} ms ({pages[1]} pages)")
    print(f"WeasyPrint/typst = {weasyprint / typst:.1f} (limit {LIMIT})")
    return 0 if weasyprint / typst >= LIMIT else 1
