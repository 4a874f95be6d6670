"""Answers made once and given many times: status, headers and bytes, for each encoding."""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import brotli

Environ = Mapping[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], Any]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

ENCODINGS = ("br", "gzip", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `etag` is empty where a 304 makes no sense."""

    status: str
    headers: Headers
    body: bytes
    etag: str = ""
    unchanged: Headers | None = None

    def send(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Give it, or 304 without a body to a client that has it; HEAD gets the headers only.

        The body goes out as a list: granian sends a list in one piece, any other iterable as a stream at half the speed.
        """
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and self.unchanged is not None and _matches(asked, self.etag):
            start("304 Not Modified", self.unchanged)
            return []
        start(self.status, self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


def _matches(asked: str, etag: str) -> bool:
    return (
        asked == etag or asked.strip() == "*" or etag in [part.strip().removeprefix("W/") for part in asked.split(",")]
    )


@dataclass(frozen=True, slots=True)
class Variants:
    """One resource in every encoding."""

    br: Answer
    gzip: Answer
    plain: Answer

    def choose(self, accepted: str) -> Answer:
        """By `Accept-Encoding`; brotli first. An encoding refused with `q=0` isn't used."""
        if "br" in accepted and _wanted(accepted, "br"):
            return self.br
        if "gzip" in accepted and _wanted(accepted, "gzip"):
            return self.gzip
        return self.plain

    @property
    def size(self) -> int:
        return len(self.br.body) + len(self.gzip.body) + len(self.plain.body)


def _wanted(accepted: str, name: str) -> bool:
    if ";" not in accepted:
        return True
    for part in accepted.split(","):
        word, _, parameters = part.partition(";")
        if word.strip() == name:
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def variants(text: str, headers: Sequence[tuple[str, str]], status: str = "200 OK", cached: bool = True) -> Variants:
    """A text resource (HTML, SVG) compressed as well as it can be; a strong ETag for each encoding unless not `cached`."""
    raw = text.encode()
    mark = hashlib.sha256(raw).hexdigest()[:20]
    made = {"br": brotli.compress(raw, quality=11), "gzip": gzip.compress(raw, 9, mtime=0), "": raw}
    answers = [
        _answer(status, headers, made[name], name, f'"{mark}-{name or "id"}"' if cached else "") for name in ENCODINGS
    ]
    return Variants(*answers)


def _answer(status: str, headers: Sequence[tuple[str, str]], body: bytes, encoding: str, etag: str) -> Answer:
    more = [("Vary", "Accept-Encoding")] + ([("ETag", etag)] if etag else [])
    coded = [("Content-Encoding", encoding)] if encoding else []
    whole = [*headers, *more, *coded, ("Content-Length", str(len(body)))]
    kept = [(name, value) for name, value in [*headers, *more] if name != "Content-Type"]
    return Answer(status, whole, body, etag, kept if etag else None)


def binary(body: bytes, headers: Sequence[tuple[str, str]]) -> Answer:
    """A resource that is compressed already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    tagged = [*headers, ("ETag", etag)]
    kept = [(name, value) for name, value in tagged if name not in ("Content-Type", "Content-Disposition")]
    return Answer("200 OK", [*tagged, ("Content-Length", str(len(body)))], body, etag, kept)
