"""A hall in which services are given and reviewed."""

from tests.yichuang.rectification.conftest import (  # noqa: F401 - fixtures
    BOTH,
    HallAtWork,
    given,
    hall,
    hall_settings,
    handled,
    packed_postgresql,
    packed_sqlite,
    republish,
    served,
)
