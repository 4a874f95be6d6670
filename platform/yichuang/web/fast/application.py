"""The WSGI application: pages, PDF and QR code of notices; everything else goes on to the inner application."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import structlog

from yichuang.errors import InputRefused, ItemNotOpen, NoticeMissing
from yichuang.services import Services
from yichuang.web.fast.answers import Answer, StartResponse, Variants, Wsgi, binary
from yichuang.web.fast.limits import MissLimit, client_of
from yichuang.web.fast.shelf import SAFE, Shelf

PREFIX = "/n/"
log = structlog.get_logger()
Environ = dict[str, Any]


def front(inner: Wsgi, services: Services) -> "Front":
    """`/n/<code>` before `inner`; forgets its pages whenever a new release is served."""
    made = Front(inner, services)
    services.catalogue.subscribe(lambda _snapshot: made.clear())
    return made


class Front:
    """One for each process."""

    def __init__(self, inner: Wsgi, services: Services) -> None:
        self._inner = inner
        self._services = services
        self._notices = services.notices
        self._catalogue = services.catalogue
        self._clock = services.clock
        self._hops = services.settings.forwarded_hops
        self._shelf = Shelf(services.notices)
        self._limit = MissLimit()
        self._lost = self._shelf.message(
            "没有找到这张告知单",
            "请核对链接是否完整，或者重新扫描二维码。您也可以查找事项，重新获取一张。",
            "404 Not Found",
        )
        self._too_many = self._shelf.message(
            "查询过于频繁", "请过一分钟再试。", "429 Too Many Requests", [("Retry-After", "60")]
        )
        self._not_allowed = self._shelf.message(
            "不支持这种访问方式", "请直接打开链接。", "405 Method Not Allowed", [("Allow", "GET, HEAD")]
        )
        self._broken = self._shelf.message(
            "页面暂时打不开", "系统正在恢复，请稍后再试。", "503 Service Unavailable", [("Retry-After", "5")]
        )

    def clear(self) -> None:
        self._shelf.clear()

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self._inner(environ, start)
        client = client_of(environ, self._hops)
        if self._limit.barred(client):
            return self._say(self._too_many, environ, start)
        try:
            return self._dispatch(path[3:], environ, start)
        except NoticeMissing:
            self._limit.miss(client)
            return self._say(self._lost, environ, start)
        except Exception as error:
            log.error("notice.failed", exc_info=error)
            return self._say(self._broken, environ, start)

    def _dispatch(self, rest: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            return self._post(rest, environ, start)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._say(self._not_allowed, environ, start)
        if "/" not in rest and "." not in rest:
            return self._page(rest, environ, start)
        if rest.endswith(".pdf"):
            return self._pdf(rest[:-4], environ, start)
        for ending in ("/qr.svg", ".svg"):
            if rest.endswith(ending):
                return self._say(self._shelf.code_image(rest.removesuffix(ending)), environ, start)
        raise NoticeMissing

    def _page(self, code: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING")
        large = bool(query) and "large=1" in str(query).split("&")
        made = self._shelf.page(code, large, self._catalogue.current().release, self._today())
        if environ["REQUEST_METHOD"] == "GET":
            self._notices.count(code, "opened")
        return made.choose(environ.get("HTTP_ACCEPT_ENCODING", "")).send(environ, start)

    def _today(self) -> str:
        return self._clock.now().date().isoformat()

    def _pdf(self, code: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        notice = self._notices.find(code)
        printing = "print=1" in environ.get("QUERY_STRING", "").split("&")
        name = quote(f"{notice.item_title}一次性告知单.pdf")
        headers = [
            ("Content-Type", "application/pdf"),
            *SAFE,
            (
                "Content-Disposition",
                f"{'inline' if printing else 'attachment'}; filename=\"notice.pdf\"; filename*=UTF-8''{name}",
            ),
            ("Cache-Control", "private, no-cache"),
        ]
        answer = binary(self._notices.pdf(code), headers)
        if environ["REQUEST_METHOD"] == "GET":
            self._notices.count(code, "printed" if printing else "downloaded")
        return answer.send(environ, start)

    def _post(self, rest: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        code, _, verb = rest.partition("/")
        if verb == "printed":
            self._notices.find(code)
            self._notices.count(code, "printed")
            return Answer("204 No Content", [*SAFE, ("Cache-Control", "no-store")], b"").send(environ, start)
        if verb == "renew":
            return self._renew(code, environ, start)
        raise NoticeMissing

    def _renew(self, code: str, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """To the new notice, or back to the old one, which says why there is none."""
        try:
            there = self._notices.renew(code).path
        except (ItemNotOpen, InputRefused):
            there = f"{PREFIX}{code}"
        headers = [("Location", there), *SAFE, ("Cache-Control", "no-store"), ("Content-Length", "0")]
        return Answer("303 See Other", headers, b"").send(environ, start)

    def _say(self, made: Variants, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        return made.choose(environ.get("HTTP_ACCEPT_ENCODING", "")).send(environ, start)
