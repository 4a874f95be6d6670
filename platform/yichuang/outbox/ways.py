"""How the outbox reaches a target; the rooms above give it."""

from collections.abc import Callable
from typing import Protocol

from yichuang.outbox.policy import Policy
from yichuang.ports import Connector, Parcel, Receipt


class Way(Protocol):
    """One target as the relay uses it, from one thread for each parcel."""

    @property
    def policy(self) -> Policy: ...

    def hand(self, parcel: Parcel) -> Receipt:
        """Give it over. Raises `Unmapped` or `ConnectorRefused` (people must look), `ConnectorFailed` or anything else (try again)."""
        ...


Ways = Callable[[str], Way]
"""The way to a target by its code; asked for at every run, so that what is published counts at once. Never raises."""


class PlainWay:
    """A connector as it is, nothing mapped, with a policy."""

    def __init__(self, connector: Connector, policy: Policy | None = None) -> None:
        self._connector = connector
        self.policy = policy or Policy()

    def hand(self, parcel: Parcel) -> Receipt:
        return self._connector.hand(parcel)
