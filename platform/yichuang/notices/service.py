"""The verbs of the one-time notice: issue, renew, page, pdf, poster, count, statistics."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from renderers.pdf import PdfRenderer
from renderers.spreadsheet import Sheet, workbook
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.snapshot import Snapshot
from yichuang.database import Database
from yichuang.errors import InputRefused, ItemNotOpen, NoticeMissing
from yichuang.items import CompiledItem, compile_item
from yichuang.items.facts import everyday_facts
from yichuang.notices import elements, register
from yichuang.notices.content import NoticeContent, compose
from yichuang.notices.events import EventCounter
from yichuang.notices.kept import Kept
from yichuang.notices.notice import CHANNELS, EVENTS, Notice, NoticePage, is_code, new_code, spoken_code
from yichuang.notices.standing import Judge, own_release
from yichuang.notices.statistics import BY_TITLES, FIGURES, Titles, figures
from yichuang.ports import Actor, Clock

KEPT_CONTENTS = 400
KEPT_NOTICES = 5_000
KEPT_PDFS = 48
OUTSIDE = ("applicant.kind", "org.hall", "org.street", "org.window")
"""The facts kept with a notice. Nothing an applicant wrote is among them."""


class Notices:
    """One for each process; `start` and `stop` run the counting of events."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock, base_url: str, pdf: PdfRenderer) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._base_url = base_url
        self._pdf = pdf
        self._events = EventCounter(database, clock)
        self._contents: Kept[tuple[Any, ...], NoticeContent] = Kept(KEPT_CONTENTS)
        self._rows: Kept[str, Notice] = Kept(KEPT_NOTICES)
        self._pdfs: Kept[tuple[str, ...], bytes] = Kept(KEPT_PDFS)

    def start(self) -> None:
        self._events.start()

    def stop(self) -> None:
        self._events.stop()

    # ------------------------------------------------------------------ issuing

    def issue(
        self,
        item: str,
        situation: Mapping[str, Any],
        channel: str,
        actor: Actor | None = None,
        window: str | None = None,
        standing: bool = False,
        facts: Mapping[str, Any] | None = None,
    ) -> Notice:
        """A notice under the current release. Each issue is counted; contents are shared.

        `facts`: those from outside of the form; only kind of applicant and codes of hall, street, window are kept. `standing`: for a
        poster, without a situation, follows the current release. Raises `DefinitionMissing`, `ItemNotOpen` (with `successor`),
        `InputRefused` with a problem per open question.
        """
        if channel not in CHANNELS:
            raise InputRefused(
                "没有这种渠道", problems=[{"field": "channel", "message": f"须为 {'、'.join(CHANNELS)} 之一"}]
            )
        window = window or (actor.window if actor else None) or (facts or {}).get("org.window")
        kept = {path: (facts or {})[path] for path in OUTSIDE if (facts or {}).get(path)} | (
            {"org.window": window} if window else {}
        )
        notice = self._prepared(item, {} if standing else situation, channel, kept, standing)
        with self._database.writing() as connection:
            register.store(connection, notice, actor.name if actor else "")
        return notice

    def renew(self, code: str) -> Notice:
        """A notice for the same situation under the current release; the same one when asked again. Raises as `issue`."""
        old = self.find(code)
        fresh = self._prepared(old.item, old.situation, old.channel, old.facts, old.standing)
        with self._database.writing() as connection:
            found = register.renewal(connection, code, fresh.release)
            if found is None:
                register.store(connection, fresh, "", renews=code)
        return found or fresh

    def _prepared(
        self, code: str, situation: Mapping[str, Any], channel: str, facts: Mapping[str, Any], standing: bool
    ) -> Notice:
        snapshot = self._catalogue.current()
        body = snapshot.get("item", code)
        if body["state"] != "active":
            raise ItemNotOpen(body.get("state_note", ""), successor=body.get("successor"))
        now = self._clock.now()
        item = snapshot.compiled(compile_item, code)
        chosen = {} if standing else _answered(item, situation, {**everyday_facts(body, now.date()), **facts})
        content = self._content(snapshot, code, chosen, facts, now.date())
        words = "；".join("、".join(asked["answers"]) for asked in content.elements["situation"])
        return Notice(
            new_code(), code, body["title"], body["department"], snapshot.release, chosen, words, dict(facts), standing, channel,
            str(facts.get("org.window") or ""), content.digest, now,
        )  # fmt: skip

    # ------------------------------------------------------------------ showing

    def find(self, code: str) -> Notice:
        """Raises `NoticeMissing`."""
        if not is_code(code):
            raise NoticeMissing

        def read() -> Notice:
            found = register.find(self._database, code)
            if found is None:
                raise NoticeMissing
            return found

        return self._rows.get(code, read)

    def page(self, code: str) -> NoticePage:
        """What the notice says today, and whether it still holds. Raises `NoticeMissing`."""
        notice, current = self.find(code), self._catalogue.current()
        own = own_release(notice, self._catalogue.at, current)
        return Judge(own, current, self._clock.now().date(), self._composed).page(notice)

    def url(self, notice: Notice) -> str:
        """What the QR code holds: an address and nothing else."""
        return self._base_url + notice.path

    def pdf(self, code: str) -> bytes:
        """The printed sheet. Raises `NoticeMissing`."""
        page = self.page(code)
        notice = page.notice
        day = notice.issued_at
        lines = [
            f"告知单号：{spoken_code(notice.code)}",
            f"告知日期：{day.year} 年 {day.month} 月 {day.day} 日（第 {notice.release} 版）",
        ]
        lines += [] if page.state == "current" else [f"注意：{page.words}"]
        data, url = page.content.data, self.url(notice)
        key = (notice.code, page.content.digest, page.words)
        return self._pdfs.get(key, lambda: self._pdf.notice(data, url, lines, made_at=notice.issued_at))

    def poster(self, items: Sequence[str], title: str, actor: Actor | None = None) -> bytes:
        """A poster with the QR code of each item's standing notice, which all posters share. Raises as `issue`."""
        view = self._catalogue.current()
        told = [self.standing(code, actor) for code in items]
        entries = [
            {"title": n.item_title, "url": self.url(n), "department": elements.department(view, n.department)["title"]}
            for n in told
        ]
        now = self._clock.now()
        return self._pdf.poster(
            title, entries, f"{now.year} 年 {now.month} 月 {now.day} 日制作，内容随办事指南自动更新", made_at=now
        )

    def theme_poster(self, theme: str, actor: Actor | None = None) -> bytes:
        """The poster of a theme (code table `item_theme`). Raises `InputRefused` when it has no open item."""
        view = self._catalogue.current()
        bodies = [view.get("item", code) for code in view.codes("item")]
        items = [body["code"] for body in bodies if body["state"] == "active" and theme in body.get("themes", ())]
        if not items:
            raise InputRefused("该主题下没有可以办理的事项", problems=[{"field": "theme", "message": "请选择其他主题"}])
        return self.poster(items, f"{elements.titles(view, 'item_theme', [theme])}　一次告知", actor)

    def standing(self, item: str, actor: Actor | None = None) -> Notice:
        """The item's standing notice for posters, issued when there is none yet. Raises as `issue`."""
        with self._database.reading() as connection:
            found = register.standing(connection, item, "poster")
        return found or self.issue(item, {}, "poster", actor, standing=True)

    # ------------------------------------------------------------------ figures

    def count(self, code: str, kind: str) -> None:
        """Count an event (`opened`, `printed`, `downloaded`). Returns at once; written within about a second."""
        if kind in EVENTS:
            self._events.note(code, kind)

    def flush(self) -> None:
        """Write the events noted so far now."""
        self._events.flush()

    def statistics(self, since: date, until: date, by: str = "item") -> list[dict[str, Any]]:
        """Rows of `key`, `title`, `issued`, `opened`, `printed`, `downloaded`; `by`: see `statistics.By`. Both days included."""
        return figures(self._database, since, until, by, self._titles())

    def recent(
        self, limit: int = 50, offset: int = 0, item: str | None = None, channel: str | None = None
    ) -> list[dict[str, Any]]:
        """The newest notices, each a plain row with its counts. `total` says how many there are."""
        return register.recent(self._database, limit, offset, item, channel)

    def total(self, item: str | None = None, channel: str | None = None) -> int:
        return register.total(self._database, item, channel)

    def spreadsheet(self, since: date, until: date) -> bytes:
        """All statistics as an Excel file, one sheet for each way of counting."""
        sheets = [
            Sheet(f"按{title}", [("title", title), *FIGURES.items()], self.statistics(since, until, by))
            for by, title in BY_TITLES.items()
        ]
        return workbook(sheets)

    def _titles(self) -> Titles:
        view = self._catalogue.current()
        bodies = elements.organisations(view)
        windows = {w["code"]: w["title"] for body in bodies for hall in body["halls"] for w in hall.get("windows", ())}
        return Titles(
            view.titles("item"), {d["code"]: d["title"] for body in bodies for d in body["departments"]}, windows
        )

    # ------------------------------------------------------------------ contents

    def _composed(self, snapshot: Snapshot, notice: Notice, today: date) -> NoticeContent:
        return self._content(snapshot, notice.item, notice.situation, notice.facts, today)

    def _content(
        self, view: Snapshot, item: str, situation: Mapping[str, Any], facts: Mapping[str, Any], today: date
    ) -> NoticeContent:
        key = (view.release, item, register.canonical(situation), register.canonical(facts), today)

        def make() -> NoticeContent:
            return compose(view, item, situation, {**everyday_facts(view.get("item", item), today), **facts}, today)

        return self._contents.get(key, make)


def _answered(item: CompiledItem, situation: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the questions that are asked. Raises `InputRefused`."""
    faults = item.situation_errors(situation, facts)
    if faults:
        problems = [{"field": f"situation/{fault.path}", "message": fault.message} for fault in faults]
        raise InputRefused("请先答完情形问题", problems=problems)
    return {question.code: situation[question.code] for question in item.questions(situation, facts)}
