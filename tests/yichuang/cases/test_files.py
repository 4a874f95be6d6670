"""Attachments: sealed on disk, of the kinds the field takes, never under a name that people choose."""

from pathlib import Path

import pytest

from yichuang.access.vault import Vault
from yichuang.cases.files import Files, check
from yichuang.errors import InputRefused, NotFound

PDF = b"%PDF-1.7\n..."
DRAFT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, Vault("k" * 32))


def test_a_file_comes_back_as_it_was_and_lies_sealed(files: Files, tmp_path: Path) -> None:
    kept = files.store(DRAFT, "合同.pdf", PDF)
    assert kept["name"] == "合同.pdf"
    assert kept["size"] == len(PDF)
    assert files.read(DRAFT, kept["digest"]) == PDF
    assert b"%PDF" not in b"".join(place.read_bytes() for place in tmp_path.rglob("*") if place.is_file())


def test_the_name_people_chose_is_never_a_path(files: Files, tmp_path: Path) -> None:
    kept = files.store(DRAFT, "../../etc/passwd.pdf", PDF)
    assert "/" not in kept["name"]
    assert {place.parent for place in tmp_path.rglob("*") if place.is_file()} == {tmp_path / DRAFT}


@pytest.mark.parametrize("digest", ["../x", "0" * 63, "0" * 64, ""])
def test_what_is_not_there_is_not_found(files: Files, digest: str) -> None:
    with pytest.raises(NotFound):
        files.read(DRAFT, digest)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "空"),
        ("a.pdf", b"MZ\x90", "PDF"),
        ("a.exe", PDF, "PDF"),
        ("a.png", PDF, "PDF"),
        ("a.pdf", PDF + b"x" * 1024 * 1024, "1 MB"),
    ],
)
def test_a_file_of_another_kind_or_size_is_refused_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        check({"code": "f", "accept": ["pdf", "jpg"], "max_megabytes": 1}, name, content)


def test_a_photo_is_taken_under_either_name() -> None:
    for name in ("a.jpg", "A.JPEG"):
        check({"code": "f", "accept": ["jpg"]}, name, b"\xff\xd8\xff\xe0")


def test_files_move_to_a_renewed_draft_and_leave_with_a_dropped_one(files: Files) -> None:
    digest = files.store(DRAFT, "a.pdf", PDF)["digest"]
    files.carry(DRAFT, "new")
    assert files.read("new", digest) == PDF
    with pytest.raises(NotFound):
        files.read(DRAFT, digest)
    files.drop("new")
    with pytest.raises(NotFound):
        files.read("new", digest)
