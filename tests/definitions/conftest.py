"""The packaged definitions, read the way the platform reads them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from yichuang.catalogue.documents import read
from yichuang.catalogue.views import DocumentView

ROOT = Path(__file__).parents[2] / "definitions"


@pytest.fixture(scope="session")
def packaged() -> DocumentView:
    return DocumentView(read(path.read_text("utf-8")) for path in sorted(ROOT.glob("*/*.yaml")))


@pytest.fixture(scope="session")
def active(packaged: DocumentView) -> Mapping[str, Any]:
    """The items in use, by code."""
    bodies = {code: packaged.find("item", code) or {} for code in packaged.codes("item")}
    return {code: body for code, body in bodies.items() if body["state"] == "active"}
