"""`yichuang …`: init, run, serve, worker, sandbox, doctor, definitions."""

import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from yichuang import doctor, serving
from yichuang.access.roles import DEMO_ACCOUNTS, DEMO_PASSWORD
from yichuang.errors import ConfigurationRefused, InputRefused, YichuangError
from yichuang.settings import DEMO_BUS_KEY, DEMO_SECRET, Settings, from_environment

SURFACES = (
    ("窗口受理", "/desk"),
    ("管理后台", "/admin/"),
    ("一次性告知（公众）", "/guide"),
    ("网上申办", "/apply"),
    ("接口文档", "/api/v1/docs"),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Yichuang 一窗：政务服务综合窗口的低代码平台。"""


def _settings() -> Settings:
    return from_environment()


@main.command()
def init() -> None:
    """建表或升级，载入自带定义为第 1 版，建立角色（可重复运行）。"""
    from yichuang.bootstrap import initialise

    initialise(_settings())
    click.echo("初始化完成")


@main.command(name="create-admin")
@click.argument("username")
@click.option("--name", prompt="姓名", help="姓名")
@click.option("--role", "roles", multiple=True, default=["SYS_ADMIN"], help="角色代码（如 SYS_ADMIN、SEC_ADMIN），可多次给出")
@click.password_option(prompt="口令", confirmation_prompt="再输一次", help="口令；不给则提示输入")
def create_admin(username: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """建立一个账号，默认是系统管理员。其余账号由他在后台建立。"""
    from yichuang.bootstrap import services_of
    from yichuang.web import admin
    from yichuang.web.app import create_app

    settings = _settings()
    services = services_of(settings)
    services.catalogue.refresh()
    admin.add_account(create_app(services), username, name, list(roles), password)
    click.echo(f"已建立账号 {username}")


@main.command()
def serve() -> None:
    """启动 Web 服务（前台）。"""
    serving.serve(_settings())


@main.command()
@click.option("--beat", is_flag=True, help="同时运行定时器（整个环境只开一个）")
def worker(beat: bool) -> None:
    """启动后台任务进程：设了 YICHUANG_BROKER_URL 用 Celery，否则用内置循环。"""
    from yichuang.bootstrap import services_of
    from yichuang.web.watching import configure_logs

    settings = _settings()
    settings.refuse_unsafe()
    configure_logs(settings.log_format)
    services = services_of(settings)
    services.catalogue.refresh()
    if settings.broker_url:
        from yichuang.worker.celery_app import begin_in_children, celery_app

        begin_in_children(services)
        arguments = ["worker", "--loglevel=WARNING", "--concurrency=3"]
        celery_app(settings.broker_url, services).worker_main(arguments + (["-B", "-s", f"{settings.data_dir}/beat"] if beat else []))
        return
    from yichuang.worker.builtin import run_forever

    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    services.catalogue.start()
    run_forever(services, stop)
    services.catalogue.stop()


@main.command()
def sandbox() -> None:
    """启动沙盒城市（演示身份认证、部门系统、市总线），只监听本机，只用于演示和测试。"""
    from connectors.sandbox import Client, Outside, SandboxCity
    from connectors.sandbox import serve as serve_city

    settings = _settings()
    if settings.production:
        raise ConfigurationRefused("沙盒城市只用于演示和测试，生产方式下不启动")
    addresses = {settings.base_url, f"http://127.0.0.1:{settings.port}", f"http://localhost:{settings.port}"}
    client = Client(settings.oidc_client_id, settings.oidc_client_secret, tuple(sorted(f"{at}/apply/login/callback" for at in addresses)))
    platform = f"http://127.0.0.1:{settings.port}"
    outside = Outside.of(Path(settings.data_dir), DEMO_SECRET, settings.sandbox_front, platform, DEMO_BUS_KEY, settings.sandbox_at + 1).start()
    serve_city(SandboxCity(settings.sandbox_issuer, client, outside), settings.sandbox_at)


@main.command()
def run() -> None:
    """一台机器上的全部：初始化，然后同时启动 Web 服务与后台任务（演示时还有沙盒城市）。"""
    from yichuang.bootstrap import initialise

    settings = _settings()
    serving.refuse_taken_port(settings.host, settings.port)
    if settings.with_sandbox:
        serving.refuse_taken_port("127.0.0.1", settings.sandbox_at, "YICHUANG_SANDBOX_PORT")
    initialise(settings)
    _welcome(settings)
    sys.exit(serving.Together(sandbox=settings.with_sandbox).run())


def _welcome(settings: Settings) -> None:
    base = settings.base_url
    for title, path in SURFACES:
        click.echo(f"  {title:　<10}{base}{path}")
    if settings.with_sandbox:
        click.echo(f"  {'演示身份认证':　<10}{settings.sandbox_issuer}/")
        click.echo(f"  {'演示部门系统':　<10}{settings.sandbox_issuer}/departments")
    if settings.demo_accounts:
        click.echo(f"\n  演示账号（口令均为 {DEMO_PASSWORD}）：")
        for account in DEMO_ACCOUNTS:
            click.echo(f"    {account.username:<13}{account.given_name}{account.words}")
    click.echo("\n  按 Ctrl+C 停止。\n")


@main.command(name="doctor")
def doctor_command() -> None:
    """检查这台机器缺什么、哪里不对。有问题时退出码为 1。"""
    marks = {"正常": "✓", "提醒": "!", "问题": "✗"}
    diagnoses = doctor.examine(_settings())
    for found in diagnoses:
        click.echo(f" {marks[found.verdict]} {found.subject}：{found.words}")
    sys.exit(any(found.verdict == "问题" for found in diagnoses))


@main.group()
def definitions() -> None:
    """检查、导入、导出、比较定义。"""


@definitions.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
def check(folder: Path | None) -> None:
    """对 FOLDER（不给则对自带定义）做发布检查，列出每一处问题。有错误时退出码为 1。"""
    from yichuang.bootstrap import kind_table
    from yichuang.catalogue import gate, packing

    documents = packing.read_folder(folder) if folder else packing.packaged()
    found = gate.check(packing.DocumentView(documents), kind_table())
    for finding in found:
        word = "错误" if finding.severity == "error" else "提醒"
        click.echo(f"{word} {finding.kind}/{finding.code} {finding.place}：{finding.message}（{finding.remedy}）")
    errors = sum(finding.severity == "error" for finding in found)
    click.echo(f"共 {len(documents)} 个定义，{errors} 个错误，{len(found) - errors} 个提醒")
    sys.exit(errors > 0)


@definitions.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--release", type=int, help="导出哪一版，默认当前版")
def export(target: Path, release: int | None) -> None:
    """把一个发布版本导出为 zip（每个定义一个 YAML 文件）。"""
    from yichuang.bootstrap import services_of
    from yichuang.catalogue import packing

    services = services_of(_settings())
    services.catalogue.refresh()
    snapshot = services.catalogue.at(release) if release else services.catalogue.current()
    target.write_bytes(packing.export_zip(snapshot, services.kinds))
    click.echo(f"已导出第 {snapshot.release} 版到 {target}")


@definitions.command(name="import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--title", default="命令行导入", help="变更单名称")
def import_(source: Path, title: str) -> None:
    """把 zip 或文件夹导入为一个变更单；在后台检查后发布。"""
    from yichuang.bootstrap import services_of
    from yichuang.catalogue import packing
    from yichuang.ports import SYSTEM

    services = services_of(_settings())
    services.catalogue.refresh()
    documents = packing.read_folder(source) if source.is_dir() else packing.read_zip(source.read_bytes())
    change_set = services.publishing.import_documents(documents, SYSTEM, title=title)
    click.echo(f"已建立变更单 {change_set}，请到后台核对并发布")


@definitions.command()
@click.argument("before", type=int)
@click.argument("after", type=int)
def diff(before: int, after: int) -> None:
    """用文字列出两个发布版本的差别。"""
    from yichuang.bootstrap import services_of
    from yichuang.catalogue import differences

    services = services_of(_settings())
    services.catalogue.refresh()
    old, new = services.catalogue.at(before), services.catalogue.at(after)
    for line in differences.in_words(old, new, services.kinds):
        click.echo(line)


@definitions.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("docs/definitions"))
def reference(folder: Path) -> None:
    """由结构定义生成参考文档。"""
    from yichuang.bootstrap import kind_table
    from yichuang.catalogue.kinds import fragments
    from yichuang.catalogue.reference import pages

    folder.mkdir(parents=True, exist_ok=True)
    shared = {Path(name).stem: schema for name, schema in sorted(fragments().items())}
    for name, page in pages({kind.name: kind.schema for kind in kind_table()} | shared).items():
        (folder / f"{name}.md").write_text(page, encoding="utf-8")
    click.echo(f"已生成到 {folder}（{datetime.now(UTC):%Y-%m-%d}）")


@main.group()
def cases() -> None:
    """办件数据。"""


@cases.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_cases(file: Path) -> None:
    """导入以前系统的已办结办件：每行一个 JSON 对象。中断后重新运行即可接着导入，已有的编号跳过；未收的行写入 FILE.refused。"""
    from yichuang.bootstrap import services_of
    from yichuang.ports import SYSTEM

    services = services_of(_settings())
    services.catalogue.refresh()
    done = None
    with file.open("rb") as lines:
        for done in services.importing.run(lines, SYSTEM):
            click.echo(f"\r已导入 {done.taken:,} 件，已有 {done.known:,} 件，未收 {len(done.refused):,} 行", nl=False)
    click.echo("")
    if done is not None and done.refused:
        report = file.with_name(file.name + ".refused")
        report.write_text("".join(f"第 {line} 行 {number}：{why}\n" for line, number, why in done.refused), encoding="utf-8")
        click.echo(f"未收的行见 {report}")
        raise SystemExit(1)


@main.group()
def statistics() -> None:
    """办件统计：追上最新、重新统计。"""


@statistics.command()
@click.option("--reset", is_flag=True, help="只清空，由后台任务重新统计")
def rebuild(reset: bool) -> None:
    """清空全部汇总，从第一步起重新统计。期间看板注明正在重新统计；可随时中断，由后台任务接着做。"""
    from yichuang.bootstrap import services_of

    figures = services_of(_settings()).statistics
    steps = figures.rebuild()
    click.echo(f"共 {steps} 步，重新统计 …")
    counted = 0
    while not reset and (more := figures.roll(20_000)):
        counted += more
        click.echo(f"  已计 {counted}")
    click.echo("交由后台任务继续" if reset else "重新统计完成")


def entry() -> None:
    """`main` with the platform's own errors said in words instead of a traceback."""
    try:
        main(standalone_mode=True)
    except InputRefused as error:
        click.echo(f"{error.title}：{error.detail}", err=True)
        for found in error.problems:
            click.echo(f"  {found.get('field', '')} {found.get('message', '')}", err=True)
        sys.exit(2)
    except YichuangError as error:
        click.echo(error.detail or error.title, err=True)
        sys.exit(2)


if __name__ == "__main__":
    entry()
