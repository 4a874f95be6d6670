import io
import zipfile

import pytest

from yichuang.catalogue.packing import DocumentView, export_zip, packaged, read_folder, read_zip
from yichuang.errors import MalformedInput


def test_export_import_export_gives_identical_bytes(documents, kinds) -> None:
    first = export_zip(DocumentView(documents), kinds)
    assert export_zip(DocumentView(read_zip(first)), kinds) == first


def test_the_packaged_definitions_survive_the_round_trip(kinds) -> None:
    first = export_zip(DocumentView(packaged()), kinds)
    assert read_zip(first) == packaged()


def test_the_files_are_readable_text_named_by_kind_and_code(documents, kinds) -> None:
    with zipfile.ZipFile(io.BytesIO(export_zip(DocumentView(documents), kinds))) as archive:
        assert "definitions/item/food.yaml" in archive.namelist()
        assert "title: 食品经营许可（新办）" in archive.read("definitions/item/food.yaml").decode()


def test_a_folder_reads_like_a_zip(documents, kinds, tmp_path) -> None:
    with zipfile.ZipFile(io.BytesIO(export_zip(DocumentView(documents), kinds))) as archive:
        archive.extractall(tmp_path)
    assert read_folder(tmp_path) == sorted(documents, key=lambda body: (body["kind"], body["code"]))


def test_rubbish_is_refused_in_words_naming_the_file() -> None:
    with pytest.raises(MalformedInput, match="zip"):
        read_zip(b"rubbish")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("definitions/item/x.yaml", "a: [")
    with pytest.raises(MalformedInput, match="x.yaml.*第 .* 行"):
        read_zip(out.getvalue())


def test_a_definition_without_a_name_is_refused() -> None:
    with pytest.raises(MalformedInput, match="kind"):
        DocumentView([{"title": "无名"}])


def test_a_file_named_unlike_its_content_is_refused(documents, kinds, tmp_path) -> None:
    with zipfile.ZipFile(io.BytesIO(export_zip(DocumentView(documents), kinds))) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "definitions/item/food.yaml").rename(tmp_path / "definitions/item/foot.yaml")
    with pytest.raises(MalformedInput, match="foot.yaml.*item/food"):
        read_folder(tmp_path)


def test_a_damaged_zip_is_refused_in_words(documents, kinds) -> None:
    packed = bytearray(export_zip(DocumentView(documents), kinds))
    packed[60:90] = b"x" * 30
    with pytest.raises(MalformedInput, match="zip"):
        read_zip(bytes(packed))
