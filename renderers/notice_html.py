"""The one-time notice as a page for the phone: complete without JavaScript, printable, with a mode in large type.

`page(...)` gets the plain data of `NoticeContent` and says nothing of its own but headings. The style sheet is passed in and stands in the
page, so that the first load is one request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

TONES = {"info": "提示", "warning": "提醒", "alert": "重要"}
NAVIGABLE = ("materials", "process", "places", "time_limits", "faq", "contact")
SHORT_TITLES = {
    "materials": "材料",
    "process": "流程",
    "places": "地点",
    "time_limits": "时限",
    "faq": "问答",
    "contact": "咨询",
}

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What stands around the content: where it is (`path` as `/n/<code>`), whether it still holds, and since when.

    `state`: `current`, `updated`, `suspended`, `cancelled`. `state_words`: one line. `changes`: what is different now. `renewable`: a new
    notice for the same situation can be had; else `again` leads to where the situation is chosen anew. `successor`: title and address.
    """

    path: str
    number: str
    issued: str
    state: str
    state_words: str
    changes: Sequence[str] = ()
    renewable: bool = False
    again: str = ""
    successor: Mapping[str, str] = field(default_factory=dict)
    large: bool = False
    style: str = ""
    script: str = ""


def page(content: Mapping[str, Any], view: NoticeView) -> str:
    """The whole document."""
    mode = ' class="large"' if view.large else ""
    script = f'<script src="{escape(view.script)}" type="module"></script>' if view.script else ""
    return (
        f'<!doctype html><html lang="zh-CN"{mode}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="format-detection" content="telephone=no">'
        f'<meta name="robots" content="noindex"><meta name="theme-color" content="#0e4292"><title>{escape(content["title"])}</title>'
        f"<style>{view.style}</style></head><body>"
        f"{_bar(view)}<main>{_head(content, view)}{_state(view)}{_facts(content)}{_actions(view)}{_navigation(content)}"
        f"{''.join(_section(block) for block in content['blocks'])}</main>{_foot(content, view)}{script}</body></html>"
    )


def _bar(view: NoticeView) -> str:
    address, word = (view.path, "标准字号") if view.large else (f"{view.path}?large=1", "大字版")
    return f'<header class="bar"><span>一次性告知单</span><a href="{escape(address)}">{word}</a></header>'


def _head(content: Mapping[str, Any], view: NoticeView) -> str:
    item = content["item"]
    demo = '<span class="demo">演示数据</span>' if item["demo"] else ""
    return f'<div class="head"><h1>{escape(item["title"])}</h1><p>{escape(item["department"])}{demo}</p></div>'


def _state(view: NoticeView) -> str:
    changes = "".join(f"<li>{escape(change)}</li>" for change in view.changes)
    listed = f"<p>与这张告知单相比：</p><ul>{changes}</ul>" if changes else ""
    way = ""
    if view.renewable:
        way = f'<form method="post" action="{escape(view.path)}/renew"><button class="button primary">查看新的告知单</button></form>'
    elif view.successor:
        way = f'<p><a class="button primary" href="{escape(view.successor["url"])}">改办：{escape(view.successor["title"])}</a></p>'
    elif view.again:
        way = f'<p><a class="button primary" href="{escape(view.again)}">重新选择情形</a></p>'
    return f'<div class="state {view.state}" role="status"><p class="words">{escape(view.state_words)}</p>{listed}{way}</div>'


def _facts(content: Mapping[str, Any]) -> str:
    cells = "".join(f"<div><dt>{escape(f['label'])}</dt><dd>{escape(f['value'])}</dd></div>" for f in content["facts"])
    return f'<dl class="facts">{cells}</dl>'


def _actions(view: NoticeView) -> str:
    return (
        f'<div class="actions"><a class="button primary" href="{escape(view.path)}.pdf" download>保存为 PDF</a>'
        '<button type="button" class="button" data-share hidden>转发</button>'
        '<button type="button" class="button" data-print hidden>打印</button><span class="said" data-said role="status"></span></div>'
    )


def _navigation(content: Mapping[str, Any]) -> str:
    there = [b for b in content["blocks"] if b["type"] in NAVIGABLE]
    links = "".join(f'<a href="#{escape(b["code"])}">{SHORT_TITLES[b["type"]]}</a>' for b in there)
    return f'<nav aria-label="本页内容">{links}</nav>' if len(there) > 1 else ""


def _section(block: Block) -> str:
    code = escape(block["code"])
    return (
        f'<section id="{code}" class="block {block["type"]}" aria-labelledby="{code}-title"><h2 id="{code}-title">'
        f"{escape(block['title'])}</h2>{_BODIES.get(block['type'], _pairs)(block)}</section>"
    )


def _tips(block: Block) -> str:
    return "".join(
        f'<p class="tip {tip["tone"]}"><strong>{TONES[tip["tone"]]}</strong>{escape(tip["text"])}'
        + (f'<span class="period">（{escape(tip["period"])}）</span>' if tip["period"] else "")
        + "</p>"
        for tip in block["content"]
    )


def _pairs(block: Block) -> str:
    rows = "".join(f"<div><dt>{escape(p['label'])}</dt><dd>{_value(p)}</dd></div>" for p in block["content"])
    return f'<dl class="pairs">{rows}</dl>'


def _value(entry: Mapping[str, Any]) -> str:
    if entry.get("pieces"):
        return _dialled(entry["pieces"])
    value = entry["value"]
    if value.startswith("https://"):
        return f'<a href="{escape(value)}" rel="noopener">{escape(value)}</a>'
    return escape(value)


def _dialled(pieces: Sequence[Mapping[str, str]]) -> str:
    return "".join(
        f'<a class="tel" href="tel:{escape(p["tel"])}">{escape(p["text"])}</a>' if p.get("tel") else escape(p["text"])
        for p in pieces
    )


def _situation(block: Block) -> str:
    rows = "".join(
        f"<div><dt>{escape(s['question'])}</dt><dd>{escape('、'.join(s['answers']))}</dd></div>"
        for s in block["content"]
    )
    return f'<dl class="pairs asked">{rows}</dl>'


def _conditions(block: Block) -> str:
    return "<ol>" + "".join(f"<li>{escape(line)}</li>" for line in block["content"]) + "</ol>"


def _text(block: Block) -> str:
    return '<ul class="plain">' + "".join(f"<li>{escape(line)}</li>" for line in block["content"]) + "</ul>"


def _materials(block: Block) -> str:
    return "".join(_group(group, block["columns"], block["title"]) for group in block["content"])


def _group(group: Mapping[str, Any], columns: Sequence[Mapping[str, str]], title: str) -> str:
    """A table that becomes cards on a phone; the roles keep it a table for screen readers either way."""
    caption = f'{group["title"]}<span class="count">{len(group["rows"])} 件</span>' if group["title"] else ""
    shown = f"<h3>{caption}</h3>" if caption else ""
    heads = "".join(f'<th role="columnheader" scope="col">{escape(c["title"])}</th>' for c in columns)
    rows = "".join(
        f'<tr role="row">{"".join(_cell(c, row["cells"][c["key"]]) for c in columns)}</tr>' for row in group["rows"]
    )
    return (
        f'{shown}<table role="table" aria-label="{escape(group["title"] or title)}"><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _cell(column: Mapping[str, str], value: str) -> str:
    key = column["key"]
    empty = " none" if value in ("", "—") else ""
    tone = {"必要": " must", "本情形需要": " must", "容缺后补": " later"}.get(value, "") if key == "necessity" else ""
    return f'<td role="cell" class="{key}{empty}{tone}" data-label="{escape(column["title"])}">{escape(value)}</td>'


def _process(block: Block) -> str:
    steps = "".join(
        f"<li><h3>{escape(s['title'])}</h3>"
        + (
            f'<p class="meta">{escape("　".join(filter(None, (s["by"], s["limit"]))))}</p>'
            if s["by"] or s["limit"]
            else ""
        )
        + (f"<p>{escape(s['note'])}</p>" if s["note"] else "")
        + "</li>"
        for s in block["content"]
    )
    return f'<ol class="steps">{steps}</ol>'


def _places(block: Block) -> str:
    return "".join(_place(place) for place in block["content"])


def _place(place: Mapping[str, Any]) -> str:
    rows = [("地址", escape(place["address"])), ("时间", escape(place["hours"])), ("电话", _dialled(place["phone"]))]
    windows = "".join(
        f"<li>{escape('，'.join(filter(None, (w['title'], w['location']))))} {_dialled(w['phone'])}</li>"
        for w in place["windows"]
    )
    rows += [("窗口", f"<ul>{windows}</ul>")] if windows else []
    rows += [(label, escape(place[key])) for key, label in (("traffic", "交通"), ("note", "说明")) if place[key]]
    listed = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in rows)
    return f'<h3>{escape(place["title"])}</h3><dl class="pairs">{listed}</dl>'


def _basis(block: Block) -> str:
    return "".join(_law(law) for law in block["content"])


def _law(law: Mapping[str, str]) -> str:
    name = escape(f"《{law['law']}》{law['article']}")
    return (
        f"<details><summary>{name}</summary><p>{escape(law['text'])}</p></details>"
        if law["text"]
        else f'<p class="law">{name}</p>'
    )


def _faq(block: Block) -> str:
    return "".join(
        f"<details><summary>{escape(e['question'])}</summary><p>{escape(e['answer'])}</p></details>"
        for e in block["content"]
    )


def _foot(content: Mapping[str, Any], view: NoticeView) -> str:
    footer = f"<p>{escape(content['footer'])}</p>" if content["footer"] else ""
    return f'<footer>{footer}<p class="number">告知单号 {escape(view.number)}　{escape(view.issued)}</p></footer>'


_BODIES: Mapping[str, Callable[[Block], str]] = {
    "tips": _tips, "situation": _situation, "conditions": _conditions, "text": _text, "materials": _materials, "process": _process,
    "places": _places, "basis": _basis, "faq": _faq,
}  # fmt: skip


def message(title: str, words: str, style: str, links: Sequence[tuple[str, str]] = ()) -> str:
    """A small page that says why there is no notice here, and where to go. `links`: address and word."""
    ways = "".join(f'<a class="button primary" href="{escape(address)}">{escape(word)}</a>' for address, word in links)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{style}</style></head><body>'
        f'<header class="bar"><span>一次性告知单</span></header><main><div class="lost"><h1>{escape(title)}</h1><p>{escape(words)}</p>'
        f'<p class="actions">{ways}</p></div></main></body></html>'
    )
