"""What benchmarks stand on: a PostgreSQL schema of their own, and a district of generated items."""

import getpass
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from yichuang.bootstrap import kind_table
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.packing import packaged
from yichuang.settings import Settings

MATTERS = (
    "食品经营", "公共场所卫生", "人力资源服务", "劳务派遣经营", "民办学校办学", "医疗机构执业", "特种设备使用", "户外广告设置",
    "道路货运经营", "建筑施工",
)  # fmt: skip
ACTIONS = ("许可（新办）", "许可（变更）", "许可（延续）", "许可（注销）", "备案", "登记", "证书补领", "年度报告", "信息查询", "资格确认")


def _candidates() -> list[str]:
    given = os.environ.get("YICHUANG_TEST_DATABASE_URL")
    if given:
        return [given.replace("postgresql+psycopg://", "postgresql://", 1)]
    return [f"postgresql://{user}@127.0.0.1:5432/test" for user in dict.fromkeys([getpass.getuser(), "root", "postgres"])]


def _server() -> str:
    for url in _candidates():
        try:
            psycopg.connect(url, connect_timeout=3).close()
            return url
        except psycopg.Error:
            continue
    raise SystemExit("no PostgreSQL found; set YICHUANG_TEST_DATABASE_URL=postgresql://user:password@host/database")


@contextmanager
def own_schema() -> Iterator[str]:
    """The SQLAlchemy address of an empty schema, dropped afterwards."""
    server, schema = _server(), f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        try:
            url = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
            yield Settings(database_url=url).sqlalchemy_url
        finally:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))


def kinds_without_checks() -> KindTable:
    """Schemas and references only: what is generated is like what the rooms' checks have passed already."""
    return KindTable(*(Kind(kind.name, kind.title, words=kind.words) for kind in kind_table()))


def district(items: int) -> list[dict[str, Any]]:
    """The packaged definitions with `items` items in place of theirs, made after them in turn."""
    bodies = [deepcopy(dict(body)) for body in packaged()]
    models = [body for body in bodies if body["kind"] == "item" and body["state"] == "active"]
    return [body for body in bodies if body["kind"] != "item"] + [_item(models[number % len(models)], number) for number in range(items)]


def _item(model: dict[str, Any], number: int) -> dict[str, Any]:
    matter = MATTERS[number % len(MATTERS)] + ACTIONS[number // len(MATTERS) % len(ACTIONS)]
    body = deepcopy(model) | {"code": f"item_{number:05}", "title": f"{matter}第{number}号", "keywords": [f"别名{number}", model["title"]]}
    body.pop("successor", None)
    return body


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
