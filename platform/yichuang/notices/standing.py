"""Whether a notice still holds today, and what differs if it doesn't."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.catalogue.snapshot import Snapshot
from yichuang.errors import DefinitionMissing
from yichuang.items import compile_item
from yichuang.notices import changes
from yichuang.notices.content import NoticeContent
from yichuang.notices.notice import Notice, NoticePage
from yichuang.notices.words import spoken_day
from yichuang.ports import Body

Compose = Callable[[Snapshot, Notice, date], NoticeContent]
CLOSED = {"cancelled": "该事项已经停办", "suspended": "该事项暂停办理", "draft": "该事项暂未开放办理"}


@dataclass(frozen=True, slots=True)
class Judge:
    """Compares a notice's own release with the current one on a day."""

    own: Snapshot
    current: Snapshot
    today: date
    compose: Compose

    def page(self, notice: Notice) -> NoticePage:
        """Raises `DefinitionMissing` only when the notice's own release has lost its item, which can't be."""
        body = self.current.find("item", notice.item)
        if body is None or body["state"] != "active":
            return self._closed(notice, body)
        if notice.standing:
            return self._made(
                notice, self.compose(self.current, notice, self.today), "current", "当前有效，内容随办事指南更新"
            )
        content = self.compose(self.own, notice, self.today)
        if notice.release == self.current.release:
            return self._made(notice, content, "current", "当前有效")
        return self._compared(notice, content)

    def _compared(self, notice: Notice, content: NoticeContent) -> NoticePage:
        item = self.current.compiled(compile_item, notice.item)
        if item.situation_errors(notice.situation, {**notice.facts, "date.today": self.today.isoformat()}):
            return self._made(
                notice, content, "updated", "办事指南已更新，情形问题有调整，请重新选择情形后获取新的告知单"
            )
        found = changes.between(content, self.compose(self.current, notice, self.today))
        if not found:
            return self._made(notice, content, "current", "当前有效")
        since = spoken_day(self.current.effective_at.date().isoformat(), self.today)
        return self._made(
            notice, content, "updated", f"内容已更新，请以新的告知单为准（{since}起）", found, renewable=True
        )

    def _closed(self, notice: Notice, body: Body | None) -> NoticePage:
        state = body["state"] if body is not None else "cancelled"
        words = CLOSED[state] + (f"：{body['state_note']}" if body is not None and body.get("state_note") else "")
        content = self.compose(self.own, notice, self.today)
        kind = "cancelled" if state == "cancelled" else "suspended"
        return self._made(notice, content, kind, words, successor=self._successor(body))

    def _successor(self, body: Body | None) -> Mapping[str, str] | None:
        code = (body or {}).get("successor")
        found = self.current.find("item", code) if code else None
        return {"code": str(code), "title": found["title"]} if found is not None else None

    def _made(
        self, notice: Notice, content: NoticeContent, state: Any, words: str, found: Any = (), **more: Any
    ) -> NoticePage:
        rest = {"renewable": False, "successor": None} | more
        return NoticePage(
            notice,
            content,
            state,
            words,
            tuple(found),
            release=self.current.release,
            day=self.today.isoformat(),
            **rest,
        )


def own_release(notice: Notice, at: Callable[[int], Snapshot], current: Snapshot) -> Snapshot:
    """A standing notice reads the current release while that has its item."""
    if notice.standing and current.find("item", notice.item) is not None:
        return current
    found = at(notice.release)
    if found.find("item", notice.item) is None:
        raise DefinitionMissing(f"第 {notice.release} 版中没有事项 {notice.item}")
    return found
