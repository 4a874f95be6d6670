"""The house keeps its shape: what the packaging needs, what must never appear."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPS = {"yichuang": ROOT / "platform" / "yichuang", "renderers": ROOT / "renderers", "connectors": ROOT / "connectors", "devices": ROOT / "devices"}


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def declared_packages() -> set[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return set(config["options"]["packages"].split())


def folders_with_code() -> set[str]:
    found = set()
    for name, top in TOPS.items():
        for init in top.rglob("__init__.py"):
            found.add(".".join([name, *init.parent.relative_to(top).parts]))
    return found


def test_every_package_folder_is_declared_and_nothing_else() -> None:
    assert declared_packages() - {"definitions"} == folders_with_code()


def test_every_folder_with_python_files_is_a_package() -> None:
    for top in TOPS.values():
        for module in top.rglob("*.py"):
            assert (module.parent / "__init__.py").is_file(), module


def test_platform_is_a_source_root_and_tests_are_no_packages() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a registry's host", r"https?://(registry|files|deb|pypi)\."),
        ("a home or work path", r"(?<![\w.])/(root|home/\w+|work)/"),
        ("an unfinished mark", r"\b(TODO|FIXME|XXX|NotImplementedError)\b"),
    ],
)
def test_the_project_does_not_contain(what: str, pattern: str) -> None:
    own = "tests/house/test_layout.py"
    readable = (".py", ".js", ".mjs", ".html", ".css", ".md", ".yaml", ".json", ".typ", ".cfg", ".toml", ".sh")
    texts = [name for name in tracked() if name != own and name.endswith(readable)]
    hits = [name for name in texts if re.search(pattern, (ROOT / name).read_text(encoding="utf-8"))]
    assert not hits, f"{what}: {hits}"


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "helpers", "common", "manager", "base", "misc"}
    assert not [name for name in tracked() if name.endswith(".py") and Path(name).stem in vague]


def test_no_source_file_is_two_rooms() -> None:
    """Up to 320 lines of Python or JavaScript; a longer one wants dividing. Tests may list more cases."""
    sources = [name for name in tracked() if name.endswith((".py", ".js")) and not name.startswith("tests/")]
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in sources}
    assert not {name: length for name, length in lengths.items() if length > 320}
