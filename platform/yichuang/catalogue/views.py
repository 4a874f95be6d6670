"""Sets of definitions that are no release: a change set laid over one, or plain documents."""

from collections.abc import Iterable, Mapping, Sequence

from yichuang.errors import MalformedInput
from yichuang.ports import Body, DefinitionView, Ref


class Overlay:
    """`changes` (None removes) over `base`."""

    def __init__(self, base: DefinitionView, changes: Mapping[Ref, Body | None]) -> None:
        self.base = base
        self.changes = dict(changes)

    def find(self, kind: str, code: str) -> Body | None:
        ref = Ref(kind, code)
        return self.changes[ref] if ref in self.changes else self.base.find(kind, code)

    def codes(self, kind: str) -> Sequence[str]:
        codes = set(self.base.codes(kind))
        for ref, body in self.changes.items():
            if ref.kind == kind:
                (codes.discard if body is None else codes.add)(ref.code)
        return sorted(codes)


class DocumentView:
    """Documents as read from files. Raises `MalformedInput` for one without kind or code, or named twice."""

    def __init__(self, documents: Iterable[Body]) -> None:
        self._bodies: dict[Ref, Body] = {}
        for body in documents:
            ref = ref_of(body)
            if ref in self._bodies:
                raise MalformedInput(f"{ref} 出现了两次")
            self._bodies[ref] = body

    def find(self, kind: str, code: str) -> Body | None:
        return self._bodies.get(Ref(kind, code))

    def codes(self, kind: str) -> Sequence[str]:
        return sorted(ref.code for ref in self._bodies if ref.kind == kind)


class Remembering:
    """A view that reads each definition once: the gate looks at many of them many times."""

    def __init__(self, view: DefinitionView) -> None:
        self._view = view
        self._bodies: dict[Ref, Body | None] = {}
        self._codes: dict[str, Sequence[str]] = {}

    def find(self, kind: str, code: str) -> Body | None:
        ref = Ref(kind, code)
        if ref not in self._bodies:
            self._bodies[ref] = self._view.find(kind, code)
        return self._bodies[ref]

    def codes(self, kind: str) -> Sequence[str]:
        if kind not in self._codes:
            self._codes[kind] = self._view.codes(kind)
        return self._codes[kind]


EMPTY = DocumentView(())


def ref_of(body: Body) -> Ref:
    kind, code = body.get("kind"), body.get("code")
    if not isinstance(kind, str) or not isinstance(code, str) or not kind or not code:
        raise MalformedInput("定义须有 kind（类别）和 code（代码）", problems=[{"field": "kind", "message": "请填写类别和代码"}])
    return Ref(kind, code)
