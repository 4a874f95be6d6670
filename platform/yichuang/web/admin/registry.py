"""The register of documents (文书登记簿): which registers there are, every number of one, voiding, numbers given out elsewhere, Excel."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, redirect, request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as Answer

from yichuang.access.grants import Reach
from yichuang.documents.bookkeeping import authorities
from yichuang.documents.ledger import Book
from yichuang.documents.order import Issued
from yichuang.errors import InputRefused, OutOfReach, YichuangError
from yichuang.ports import Place
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import READ
from yichuang.web.session import grants, member

PAGE = 50
POWER, VOID = "statistics.read", "document.void"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DocumentRegister(Page):
    route_base = "/admin/documents"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        reach = grants().reach(POWER)
        volumes = [v for v in self.services.documents.register.volumes(self._view()) if _covers(reach, v.authority)]
        years = sorted({volume.year for volume in volumes}, reverse=True)
        year = request.args.get("year", type=int) or (years[0] if years else self._year())
        return self.show("registers", volumes=[v for v in volumes if v.year == year], years=years, year=year)

    @expose("/register")
    @allowed(READ)
    def register(self) -> str:
        return self._page(self._asked())

    @expose("/register.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        book = self._asked()
        title = f"{self._title(book)}{book.word}字{book.year}年文书登记簿"
        self.services.audit.note(exporting(), "document.export", "document", "", detail=title)
        name = quote(f"{title}.xlsx")
        headers = {"Content-Disposition": f"attachment; filename=\"documents-{book.year}.xlsx\"; filename*=UTF-8''{name}"}
        return Response(self.services.documents.register.spreadsheet(book, f"{book.word}字{book.year}年"), mimetype=SHEET, headers=headers)

    @expose("/void", methods=["POST"])
    @allowed(READ)
    def void(self) -> Any:
        """Raises `NotAllowed`, `OutOfReach` for who may not; what is wrong with the reason is said on the page."""
        found = self.services.documents.find(request.form.get("document", "")[:36])
        grants().require(VOID, found.place)
        return self._done(Book(found.authority, found.word, found.year), lambda: self._void(found))

    def _void(self, found: Issued) -> None:
        self.services.documents.void(found.id, request.form.get("reason", ""), member())

    @expose("/skip", methods=["POST"])
    @allowed(READ)
    def skip(self) -> Any:
        book = self._asked()
        grants().require(VOID)
        if not _covers(grants().reach(VOID), book.authority):
            raise OutOfReach
        return self._done(book, lambda: self._skip(book))

    def _skip(self, book: Book) -> None:
        up_to = request.form.get("up_to", "").strip()
        if not up_to.isdecimal():
            raise InputRefused("请填写号数", problems=[{"field": "up_to", "message": "跳到哪一号须为正整数"}])
        reason = request.form.get("reason", "")
        self.services.documents.register.skip(book.authority, book.word, min(int(up_to), 2**31 - 1), reason, member())

    # ------------------------------------------------------------------ parts

    def _done(self, book: Book, act: Callable[[], None]) -> Any:
        try:
            act()
        except YichuangError as error:
            return self._page(book, error), error.status
        answer: Answer = redirect(f"/admin/documents/register?{_query(book)}")
        return answer

    def _page(self, book: Book, refused: YichuangError | None = None) -> str:
        number = max(1, request.args.get("page", 1, type=int))
        lines, last = self.services.documents.register.lines(book, number, PAGE)
        return self.show(
            "register", book=book, title=self._title(book), lines=lines, last=last, page=number, pages=max(1, -(-last // PAGE)), refused=refused,
            query=_query(book), name_of=self.name_of(), may_void=self._may_void, this_year=self._year(),
            may_skip=_covers(grants().reach(VOID), book.authority),
        )  # fmt: skip

    def _may_void(self, place: Place) -> bool:
        return grants().reach(VOID).covers(place)

    def _asked(self) -> Book:
        """The register that was asked for. Raises `OutOfReach`."""
        given = request.values
        year = given.get("year", type=int) or self._year()
        book = Book(given.get("authority", "")[:64], given.get("word", "")[:20], min(max(year, 1), 9999))
        if not _covers(grants().reach(POWER), book.authority):
            raise OutOfReach
        return book

    def _title(self, book: Book) -> str:
        return authorities(self._view()).get(book.authority, book.authority)

    def _view(self) -> Any:
        return self.services.catalogue.current()

    def _year(self) -> int:
        return int(self.services.clock.now().year)


def _covers(reach: Reach, authority: str) -> bool:
    """An authority is a department, a hall, or a street's office; their codes differ."""
    return reach.covers(Place(department=authority, hall=authority, street=authority))


def _query(book: Book) -> str:
    return urlencode({"authority": book.authority, "word": book.word, "year": book.year})
