"""What of the admin is open to whom. A page (a Flask-AppBuilder view) has a name, its routes ask for one of a few verbs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from yichuang.access.roles import Role

READ, EDIT, PUBLISH, AUTHORISE = "read", "edit", "publish", "authorise"
Verbs = Mapping[str, Sequence[str]]

ADMINISTRATORS: Mapping[str, Verbs] = {
    "SYS_ADMIN": {"Users": (READ, EDIT)},
    "SEC_ADMIN": {"Users": (READ, AUTHORISE)},
    "AUDIT_ADMIN": {"Trail": (READ,)},
}
"""三员分立: the system administrator keeps accounts and postings, the security administrator gives roles and unlocks, the auditor only
reads the trail. By role, in code: no definition can change it."""

PAGES: Mapping[str, Verbs] = {
    "definitions.read": {
        "Overview": (READ,), "Definitions": (READ,), "Changes": (READ,), "Releases": (READ,), "DeadlineMoves": (READ,),
        "Entrusting": (READ,), "DoubleEntry": (READ,),
    },
    "definitions.edit": {"Definitions": (EDIT,), "Changes": (EDIT,), "DoubleEntry": (EDIT,)},
    "definitions.publish": {"Changes": (PUBLISH,), "Releases": (PUBLISH,)},
    "delivery.manage": {"Deliveries": (READ, EDIT), "Syncing": (READ,), "Exceptions": (READ,), "Reconciliation": (READ,)},
    "exchange.manage": {
        "Deliveries": (READ, EDIT), "Syncing": (READ, EDIT), "Exceptions": (READ, EDIT), "Reconciliation": (READ, EDIT),
    },
    "reviews.manage": {"Aggregation": (READ, EDIT), "ReviewAnomalies": (READ, EDIT)},
    "reviews.record": {"ReviewRecording": (EDIT,), "Aggregation": (READ,)},
    "warnings.manage": {"Warnings": (READ, EDIT)},
    "client.manage": {"ApiClients": (READ, EDIT)},
    "statistics.read": {"CommitmentNumbers": (READ,), "DocumentRegister": (READ,)},
    "notices.read": {"NoticeFigures": (READ,), "Posters": (READ,)},
}  # fmt: skip
"""What defined roles open: by an admin page (`access.powers.ADMIN_PAGES`) or by a power, with the verbs of each view."""


def opened(codes: Collection[str], roles: Mapping[str, Role], withheld: frozenset[str] = frozenset()) -> frozenset[tuple[str, str]]:
    """(verb, view) pairs that a member holding the roles `codes` may use. An administrator's other roles open nothing, nor does what is withheld."""
    administrators = [ADMINISTRATORS[code] for code in codes if code in ADMINISTRATORS]
    if administrators:
        return frozenset(_pairs(administrators))
    own = [roles[code] for code in codes if code in roles]
    return frozenset(_pairs(PAGES[page] for role in own for page in (role.pages | role.powers) - withheld if page in PAGES))


def _pairs(tables: Iterable[Verbs]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for view, verbs in table.items():
            yield from ((verb, view) for verb in verbs)
