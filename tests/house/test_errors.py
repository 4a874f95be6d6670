"""Every error has a stable code, a status and a title a person can act on."""

from collections.abc import Iterator

from yichuang import errors
from yichuang.errors import YichuangError


def tree(kind: type[YichuangError] = YichuangError) -> Iterator[type[YichuangError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from tree(child)


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in tree()]
    assert len(codes) == len(set(codes))


def test_every_title_is_chinese() -> None:
    for kind in tree():
        assert any("一" <= letter <= "鿿" for letter in kind.title), kind


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    assert errors.__doc__ is not None
    for kind in tree():
        assert kind.__name__ in errors.__doc__, kind


def test_statuses_in_the_docstring_are_those_of_the_code() -> None:
    assert errors.__doc__ is not None
    drawn = {line.split("──")[-1].split()[0]: line for line in errors.__doc__.splitlines() if "──" in line}
    for kind in tree():
        if kind is not YichuangError:
            assert str(kind.status) in drawn[kind.__name__], kind
