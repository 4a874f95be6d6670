"""The packaged definitions, and mappings made of a few lines."""

from collections.abc import Callable
from typing import Any

import pytest

from yichuang.catalogue.packing import packaged as packaged_bodies
from yichuang.catalogue.views import DocumentView
from yichuang.mappings import CompiledMapping, compile_body

Make = Callable[..., CompiledMapping]


@pytest.fixture(scope="session")
def packaged() -> DocumentView:
    return DocumentView(packaged_bodies())


@pytest.fixture(scope="session")
def mapping(packaged: DocumentView) -> Make:
    """A mapping of these lines, for the food item unless said."""

    def make(*lines: dict[str, Any], schema: Any = None, **more: Any) -> CompiledMapping:
        body = {
            "kind": "mapping", "code": "tried", "title": "试", "target": "food_bureau", "items": ["food_business_new"], "steps": ["*"],
            "schema": schema or {"type": "object", "properties": {"a": {"type": "string"}}}, "lines": list(lines),
        }  # fmt: skip
        return compile_body(packaged, body | more)

    return make
