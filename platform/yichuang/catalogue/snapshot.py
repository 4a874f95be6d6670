"""A release in memory: immutable, its bodies read when first asked for, what is compiled from them shared between releases."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy import select

from yichuang.catalogue.model import definition_versions
from yichuang.catalogue.search import ItemIndex, Row, row_of
from yichuang.database import Database
from yichuang.errors import DefinitionMissing
from yichuang.ports import Body, DefinitionView, Ref

T = TypeVar("T")
Manifest = Mapping[str, Mapping[str, Sequence[Any]]]
"""{kind: {code: [version id, number, sha]}}"""

KEPT_BODIES = 400
KEPT_COMPILED = 64
"""An item's page with its form takes about 1 MB."""
VARIANTS = 3


class Bodies:
    """Parsed bodies by version id, the most recently used ones kept; search words of all versions that were asked for."""

    def __init__(self, database: Database, keep: int = KEPT_BODIES) -> None:
        self._database = database
        self._keep = keep
        self._bodies: OrderedDict[int, Body] = OrderedDict()
        self._words: dict[int, tuple[str, Mapping[str, Any]]] = {}
        self._rows: dict[int, Row] = {}
        self._lock = threading.Lock()

    def get(self, version: int) -> Body:
        with self._lock:
            found = self._bodies.get(version)
            if found is not None:
                self._bodies.move_to_end(version)
                return found
        with self._database.reading() as connection:
            text = connection.execute(select(definition_versions.c.body).where(definition_versions.c.id == version)).scalar_one()
        return self._store(version, orjson.loads(text))

    def _store(self, version: int, body: Body) -> Body:
        with self._lock:
            self._bodies[version] = body
            while len(self._bodies) > self._keep:
                self._bodies.popitem(last=False)
        return body

    def words(self, versions: Sequence[int]) -> dict[int, tuple[str, Mapping[str, Any]]]:
        """Title and search words of versions; only unknown ones are read, in batches."""
        known = self._words
        missing = [version for version in versions if version not in known]
        fresh: dict[int, tuple[str, Mapping[str, Any]]] = {}
        columns = definition_versions.c
        for start in range(0, len(missing), 500):
            with self._database.reading() as connection:
                query = select(columns.id, columns.title, columns.search).where(columns.id.in_(missing[start : start + 500]))
                fresh |= {version: (title, orjson.loads(words or "{}")) for version, title, words in connection.execute(query)}
        if fresh:
            self._words = known = known | fresh
        return {version: known[version] for version in versions}

    def rows(self, versions: Sequence[int], codes: Sequence[str]) -> list[Row]:
        """Searchable rows of items' versions, made once each."""
        known = self._rows
        if any(version not in known for version in versions):
            words = self.words(versions)
            made = {v: row_of(code, *words[v]) for v, code in zip(versions, codes, strict=True) if v not in known}
            self._rows = known = known | made
        return [known[version] for version in versions]

    def forget(self, living: frozenset[int]) -> None:
        """Drop the words of versions that no kept release has."""
        self._words = {version: words for version, words in self._words.items() if version in living}
        self._rows = {version: row for version, row in self._rows.items() if version in living}


class _Recorder:
    """A view that notes what was read, so that a compiled thing can be reused wherever that is the same."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot
        self.read: dict[Ref, str] = {}

    def find(self, kind: str, code: str) -> Body | None:
        self.read[Ref(kind, code)] = self._snapshot.sha(kind, code)
        return self._snapshot.find(kind, code)

    def codes(self, kind: str) -> Sequence[str]:
        self.read[Ref(kind, "")] = self._snapshot.sha(kind, "")
        return self._snapshot.codes(kind)


class Compiled:
    """Compiled things by maker and code, a few variants of each; of all together the most recently used ones kept."""

    def __init__(self, keep: int = KEPT_COMPILED) -> None:
        self._keep = keep
        self._kept: OrderedDict[tuple[Any, str], list[tuple[Mapping[Ref, str], Any]]] = OrderedDict()
        self._count = 0
        self._lock = threading.Lock()

    def get(self, snapshot: "Snapshot", maker: Callable[[DefinitionView, str], T], code: str) -> T:
        key = (maker, code)
        with self._lock:
            variants = list(self._kept.get(key, ()))
            if variants:
                self._kept.move_to_end(key)
        for read, made in variants:
            if all(snapshot.sha(ref.kind, ref.code) == sha for ref, sha in read.items()):
                return cast(T, made)
        recorder = _Recorder(snapshot)
        made = maker(recorder, code)
        with self._lock:
            self._store(key, (recorder.read, made))
        return made

    def _store(self, key: tuple[Any, str], variant: tuple[Mapping[Ref, str], Any]) -> None:
        variants = self._kept.pop(key, [])
        self._count -= len(variants)
        self._kept[key] = variants = [variant, *variants[: VARIANTS - 1]]
        self._count += len(variants)
        while self._count > self._keep and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._count -= len(dropped)


class Snapshot:
    """One release's complete set. A `DefinitionView`; cheap to make, nothing is parsed before it is asked for."""

    def __init__(self, number: int, effective_at: datetime, manifest: Manifest, bodies: Bodies, compiled: Compiled) -> None:
        self.release = number
        self.effective_at = effective_at
        self.manifest = manifest
        self._bodies = bodies
        self._compiled = compiled
        self._codes = {kind: sorted(entries) for kind, entries in manifest.items()}

    def find(self, kind: str, code: str) -> Body | None:
        entry = self.manifest.get(kind, {}).get(code)
        return None if entry is None else self._bodies.get(entry[0])

    def get(self, kind: str, code: str) -> Body:
        """Raises `DefinitionMissing`."""
        body = self.find(kind, code)
        if body is None:
            raise DefinitionMissing(f"第 {self.release} 版中没有 {kind}/{code}")
        return body

    def codes(self, kind: str) -> Sequence[str]:
        return self._codes.get(kind, [])

    def sha(self, kind: str, code: str) -> str:
        """The content's SHA-256, empty when missing. An empty code stands for the list of all codes of the kind."""
        if not code:
            return "\n".join(self.codes(kind))
        entry = self.manifest.get(kind, {}).get(code)
        return "" if entry is None else str(entry[2])

    def version(self, kind: str, code: str) -> int:
        """The version's number, 0 when missing."""
        entry = self.manifest.get(kind, {}).get(code)
        return 0 if entry is None else int(entry[1])

    def titles(self, kind: str) -> dict[str, str]:
        """Titles by code, without reading bodies."""
        versions, codes = self._versions(kind)
        words = self._bodies.words(versions)
        return {code: words[version][0] for code, version in zip(codes, versions, strict=True)}

    def words(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Search words by code, without reading bodies; `refs` names the definitions each depends on."""
        versions, codes = self._versions(kind)
        words = self._bodies.words(versions)
        return {code: words[version][1] for code, version in zip(codes, versions, strict=True)}

    def refs(self, kind: str, code: str) -> Sequence[str]:
        """What one definition depends on (`form/…`), without reading its body; nothing for what is missing."""
        entry = self.manifest.get(kind, {}).get(code)
        if entry is None:
            return ()
        found: Sequence[str] = self._bodies.words([int(entry[0])])[int(entry[0])][1].get("refs", ())
        return found

    def _versions(self, kind: str) -> tuple[list[int], Sequence[str]]:
        entries, codes = self.manifest.get(kind, {}), self.codes(kind)
        return [int(entries[code][0]) for code in codes], codes

    def compiled(self, maker: Callable[[DefinitionView, str], T], code: str) -> T:
        """`maker(view, code)`, made once per content of everything it read."""
        return self._compiled.get(self, maker, code)

    @cached_property
    def index(self) -> ItemIndex:
        departments = {
            entry["code"]: entry
            for code in self.codes("organisation")
            for entry in self.get("organisation", code).get("departments", ())
        }
        return ItemIndex(self._bodies.rows(*self._versions("item")), departments)
