"""The hall at work, as for cases."""

from tests.yichuang.cases.conftest import (  # noqa: F401
    hall,
    hall_settings,
    packed_postgresql,
    packed_sqlite,
    republish,
)
