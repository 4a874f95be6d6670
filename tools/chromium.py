"""Find what the tests need outside Python: the browser (on the path, else Debian's package, else Playwright's own download), pdftotext."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def on_path() -> str | None:
    return os.environ.get("YICHUANG_TEST_CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)


def install(*packages: str) -> bool:
    """Debian's packages, where there is apt-get and the right to use it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages])
    return not any(subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode for command in commands)


def from_debian() -> str | None:
    return on_path() if install("chromium", "fonts-noto-cjk") else None


def from_playwright() -> str | None:
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
        return None
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only present with the test extra

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> int:
    ways: tuple[Callable[[], str | None], ...] = (on_path, from_debian, from_playwright)
    for way in ways:
        path = way()
        if path:
            sys.stdout.write(f"浏览器：{path}\n")
            if not shutil.which("pdftotext") and not install("poppler-utils"):
                sys.stdout.write("没有 pdftotext（软件包 poppler-utils）：读 PDF 文字的一项测试将跳过\n")
            return 0
    sys.stderr.write("没有找到 Chromium：请安装 Debian 软件包 chromium，或设 YICHUANG_TEST_CHROMIUM\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
