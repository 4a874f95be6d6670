"""Definitions in files: the packaged ones, a folder, a zip. A zip of the same content has the same bytes."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path, PurePosixPath

from yichuang.catalogue.documents import MAX_BYTES, read, write
from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.views import DocumentView, ref_of
from yichuang.errors import MalformedInput
from yichuang.ports import Body, DefinitionView, Ref

__all__ = ["DocumentView", "export_zip", "packaged", "read_folder", "read_zip"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_FILES = 50_000
_MOST_BYTES = 500 * 1024 * 1024


def packaged() -> list[Body]:
    """The definitions that come with the platform, sorted by kind and code."""
    kinds = [folder for folder in files("definitions").iterdir() if folder.is_dir() and folder.name != "schemas"]
    found = [(folder, file) for folder in kinds for file in folder.iterdir() if file.name.endswith(".yaml")]
    return _read_all((f"{folder.name}/{file.name}", file.read_text(encoding="utf-8")) for folder, file in found)


def read_folder(folder: Path) -> list[Body]:
    """All `<kind>/<code>.yaml` (or .json) below a folder. Raises `MalformedInput` naming the file."""
    root = folder / "definitions" if (folder / "definitions").is_dir() else folder
    found = sorted(path for path in root.rglob("*") if path.suffix in {".yaml", ".yml", ".json"} and "schemas" not in path.parts)
    try:
        return _read_all((str(path.relative_to(root)), path.read_text(encoding="utf-8")) for path in found)
    except UnicodeDecodeError as error:
        raise MalformedInput("文件夹中有文件不是 UTF-8 文本") from error


def read_zip(packed: bytes) -> list[Body]:
    """The documents of a zip. Raises `MalformedInput` for what is no zip, too large, or unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = [info for info in archive.infolist() if info.filename.endswith((".yaml", ".yml", ".json"))]
            sizes = [info.file_size for info in infos]
            if len(infos) > _MOST_FILES or max(sizes, default=0) > MAX_BYTES or sum(sizes) > _MOST_BYTES:
                raise MalformedInput("压缩包中的文件过多或过大")
            return _read_all((info.filename, archive.read(info).decode("utf-8")) for info in infos)
    except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, RuntimeError, EOFError) as error:
        raise MalformedInput("不是可读取的 zip 压缩包，或其中有文件不是 UTF-8 文本") from error


def _read_all(texts: Iterable[tuple[str, str]]) -> list[Body]:
    bodies = []
    for name, text in texts:
        try:
            body = read(text)
            _refuse_misnamed(name, ref_of(body))
        except MalformedInput as error:
            raise MalformedInput(f"文件 {name}：{error.detail}", problems=error.problems) from error
        bodies.append(body)
    return sorted(bodies, key=lambda body: (body["kind"], body["code"]))


def _refuse_misnamed(name: str, ref: Ref) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.stem != ref.code or (path.parent.name and path.parent.name != ref.kind):
        raise MalformedInput(f"文件名与内容不一致：内容是 {ref}，文件应为 {ref.kind}/{ref.code}.yaml")


def export_zip(view: DefinitionView, kinds: KindTable) -> bytes:
    """`definitions/<kind>/<code>.yaml`, readable and comparable; equal bytes for equal content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for kind in sorted(kinds, key=lambda kind: kind.name):
            for code in view.codes(kind.name):
                body = view.find(kind.name, code)
                info = zipfile.ZipInfo(f"definitions/{kind.name}/{code}.yaml", _EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, write(body or {}, kind.schema))
    return out.getvalue()
