"""Immutable versions: the same content is the same version, however often it is published."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select

from yichuang.catalogue.documents import canonical, digest
from yichuang.catalogue.kinds import Kind
from yichuang.catalogue.model import definition_versions
from yichuang.catalogue.references import index_words
from yichuang.ports import Actor, Body


def store_version(connection: Connection, kind: Kind, body: Body, actor: Actor, now: datetime) -> list[Any]:
    """Keep `body` as a version unless its content is there already; returns the manifest's entry [id, number, sha]."""
    code, written = str(body["code"]), canonical(body)
    sha = digest(written)
    columns = definition_versions.c
    same = select(columns.id, columns.number).where(columns.kind == kind.name, columns.code == code, columns.sha256 == sha)
    found = connection.execute(same).one_or_none()
    if found is not None:
        return [found.id, found.number, sha]
    highest = select(func.max(columns.number)).where(columns.kind == kind.name, columns.code == code)
    number = int(connection.execute(highest).scalar() or 0) + 1
    words = {"refs": index_words(kind.name, body, kind.schema)} | (dict(kind.words(body)) if kind.words else {})
    row = {
        "kind": kind.name,
        "code": code,
        "number": number,
        "sha256": sha,
        "body": written,
        "title": str(body.get("title", ""))[:200],
        "search": orjson.dumps(words).decode(),
        "created_at": now,
        "created_by": actor.name,
    }
    result = connection.execute(insert(definition_versions).returning(columns.id), row)
    return [int(result.scalar_one()), number, sha]
