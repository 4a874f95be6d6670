"""What is missing or wrong on this machine, in words: every check says what it looked at and what to do."""

import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import text

from yichuang.database import Database
from yichuang.errors import YichuangError
from yichuang.settings import Settings

Verdict = Literal["正常", "提醒", "问题"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    subject: str
    verdict: Verdict
    words: str


def _python(_settings: Settings) -> Iterator[Diagnosis]:
    good = sys.version_info >= (3, 11)
    words = f"Python {sys.version.split()[0]}" + ("" if good else "，需要 3.11 或更高版本")
    yield Diagnosis("Python", "正常" if good else "问题", words)
    for package, use in (("typst", "PDF"), ("granian", "Web 服务"), ("jsonschema_rs", "校验"), ("pylopdf_fonts_zh_cn", "中文字体")):
        if find_spec(package) is None:
            yield Diagnosis("依赖", "问题", f"缺少 {package}（{use}），请运行 make setup")


def _settings(settings: Settings) -> Iterator[Diagnosis]:
    try:
        settings.refuse_unsafe()
    except YichuangError as error:
        yield Diagnosis("配置", "问题", str(error))
    else:
        words = "生产配置" if settings.production else "演示配置：默认密钥和演示账号可用，不得用于正式环境"
        yield Diagnosis("配置", "正常" if settings.production else "提醒", words)


def _database(settings: Settings) -> Iterator[Diagnosis]:
    database = Database(settings.sqlalchemy_url)
    where = settings.database_url and (urlsplit(settings.database_url).hostname or "PostgreSQL") or "SQLite"
    try:
        with database.reading() as connection:
            connection.execute(text("SELECT 1"))
            yield Diagnosis("数据库", "正常", f"{where} 可以连接")
            releases = connection.execute(text("SELECT max(number) FROM releases")).scalar()
        if releases is None:
            yield Diagnosis("定义", "问题", "还没有发布版本，请运行 yichuang init")
        else:
            yield Diagnosis("定义", "正常", f"最新发布版本为第 {releases} 版")
    except Exception as error:
        yield Diagnosis("数据库", "问题", f"{where} 不可用或尚未初始化（{type(error).__name__}），请检查 YICHUANG_DATABASE_URL，再运行 yichuang init")
    finally:
        database.dispose()


def _static(_settings: Settings) -> Iterator[Diagnosis]:
    dist = Path(__file__).parent / "web" / "static" / "dist"
    missing = [name for name in ("desk", "guide", "apply", "admin") if not (dist / f"{name}.js").is_file()]
    if missing:
        yield Diagnosis("页面脚本", "问题", f"缺少 {'、'.join(missing)}，请运行 make setup")
    else:
        yield Diagnosis("页面脚本", "正常", "已生成")


def _broker(settings: Settings) -> Iterator[Diagnosis]:
    if not settings.broker_url:
        yield Diagnosis("任务队列", "提醒" if settings.production else "正常", "未设 YICHUANG_BROKER_URL，使用内置任务进程")
        return
    parts = urlsplit(settings.broker_url)
    port = parts.port or (5672 if parts.scheme.startswith("amqp") else 6379)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", port), timeout=3).close()
        yield Diagnosis("任务队列", "正常", f"{parts.scheme}://{parts.hostname}:{port} 可以连接")
    except OSError:
        yield Diagnosis("任务队列", "问题", f"{parts.scheme}://{parts.hostname}:{port} 无法连接，请检查 YICHUANG_BROKER_URL")


def _disk(settings: Settings) -> Iterator[Diagnosis]:
    folder = Path(settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 2**20
    yield Diagnosis("磁盘", "正常" if free > 1024 else "提醒", f"数据目录剩余 {free} MB" + ("" if free > 1024 else "，请尽快清理"))


def _port(settings: Settings) -> Iterator[Diagnosis]:
    with socket.socket() as probe:
        busy = probe.connect_ex((settings.host, settings.port)) == 0
    words = f"{settings.host}:{settings.port} " + ("已有程序在监听（若正在运行本系统则属正常）" if busy else "空闲")
    yield Diagnosis("端口", "提醒" if busy else "正常", words)


def _calendar(settings: Settings) -> Iterator[Diagnosis]:
    from yichuang.bootstrap import services_of  # noqa: PLC0415 - the whole house, only for this check

    services = services_of(settings)
    try:
        services.catalogue.refresh()
        snapshot = services.catalogue.current()
        years = {year["year"] for code in snapshot.codes("calendar") for year in snapshot.get("calendar", code)["years"]}
        wanted = date.today().year + (1 if date.today().month >= 11 else 0)
        if wanted in years:
            yield Diagnosis("工作日历", "正常", f"已发布到 {max(years)} 年")
        else:
            yield Diagnosis("工作日历", "提醒", f"缺少 {wanted} 年，跨年的期限将拒绝计算；放假通知发布后请在后台补充")
    except Exception as error:
        yield Diagnosis("工作日历", "问题", f"无法读取（{type(error).__name__}），请先运行 yichuang init")
    finally:
        services.database.dispose()


CHECKS: tuple[Callable[[Settings], Iterator[Diagnosis]], ...] = (
    _python, _settings, _database, _calendar, _static, _broker, _disk, _port,
)  # fmt: skip


def examine(settings: Settings) -> list[Diagnosis]:
    """All diagnoses, none of them fatal to the others."""
    return [diagnosis for check in CHECKS for diagnosis in check(settings)]
