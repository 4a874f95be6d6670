"""The page's parts."""

from html.parser import HTMLParser
from typing import Any

from renderers.notice_html import NoticeView, message, page

VIEW: dict[str, Any] = {
    "path": "/n/abc",
    "number": "abc",
    "issued": "今天",
    "state": "current",
    "state_words": "当前有效",
}
COLUMNS = [{"key": "title", "title": "材料名称"}, {"key": "copies", "title": "份数"}]


class Balance(HTMLParser):
    """Every element that is opened is closed, in order; ids are unique."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [str(value) for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def content(**more: Any) -> dict[str, Any]:
    rows = [{"code": "a", "cells": {"title": "甲<b>", "copies": "—"}}]
    blocks = [
        {
            "type": "materials",
            "code": "materials",
            "title": "申请材料",
            "columns": COLUMNS,
            "content": [{"title": "视情形需要", "rows": rows}],
        },
        {"type": "faq", "code": "faq", "title": "常见问题", "content": [{"question": "问", "answer": "答"}]},
    ]
    item = {"title": "某事项", "department": "某局", "demo": False}
    return {"title": "某事项一次性告知单", "item": item, "facts": [], "footer": "", "blocks": blocks} | more


def balanced(text: str) -> Balance:
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    return parser


def test_the_page_is_well_formed_in_every_state() -> None:
    for more in (
        {},
        {"large": True, "script": "/s.js"},
        {"state": "updated", "changes": ["一", "二"], "renewable": True},
        {"state": "updated", "again": "/guide/x"},
        {"state": "cancelled", "successor": {"title": "新", "url": "/guide/y"}},
    ):
        balanced(page(content(), NoticeView(**{**VIEW, **more})))
    balanced(message("没有", "请核对", "", [("/guide", "查找")]))


def test_a_table_stays_a_table_for_screen_readers_when_it_looks_like_cards() -> None:
    text = page(content(), NoticeView(**VIEW))
    assert 'role="table" aria-label="视情形需要"' in text
    assert '<td role="cell" class="copies none" data-label="份数">—</td>' in text
    assert "甲&lt;b&gt;" in text


def test_answers_to_questions_fold_without_a_script() -> None:
    assert "<details><summary>问</summary><p>答</p></details>" in page(content(), NoticeView(**VIEW))
