"""The packaged flows, read the way the platform reads them."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from yichuang.catalogue.documents import read
from yichuang.catalogue.views import DocumentView

ROOT = Path(__file__).parents[3] / "definitions"


@pytest.fixture(scope="session")
def packaged() -> DocumentView:
    return DocumentView(read(path.read_text("utf-8")) for path in sorted(ROOT.glob("*/*.yaml")))


@pytest.fixture
def standard(packaged: DocumentView) -> dict[str, Any]:
    """The standard flow, to be changed."""
    return deepcopy(dict(packaged.find("flow", "standard") or {}))
