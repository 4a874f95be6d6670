"""Which role may do what in the admin. A page (a Flask-AppBuilder view) has a name, its routes ask for one of a few verbs."""

from collections.abc import Mapping, Sequence

READ, EDIT, PUBLISH = "read", "edit", "publish"

ALLOWED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ITEM_ADMIN": {
        "Overview": (READ,), "Definitions": (READ, EDIT), "Changes": (READ, EDIT, PUBLISH), "Releases": (READ, PUBLISH),
        "NoticeFigures": (READ,), "Posters": (READ,),
    },
    "DEPT_ADMIN": {
        "Overview": (READ,), "Definitions": (READ, EDIT), "Changes": (READ, EDIT), "Releases": (READ,), "NoticeFigures": (READ,),
        "Posters": (READ,),
    },
    "SUPERVISOR": {
        "Overview": (READ,), "Definitions": (READ,), "Changes": (READ,), "Releases": (READ,), "NoticeFigures": (READ,),
        "Posters": (READ,),
    },
    "SYS_ADMIN": {"Users": (READ, EDIT)},
    "SEC_ADMIN": {"Users": (READ, "authorise")},
    "AUDIT_ADMIN": {"Trail": (READ,)},
}  # fmt: skip
"""三员分立: the system administrator keeps accounts, the security administrator gives roles and unlocks, the auditor only reads the trail."""

STAFF = tuple(ALLOWED)


def builtin_roles(titles: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """`FAB_ROLES`: every role of the house with its views and permissions as anchored patterns, menu entries included."""
    return {
        code: [pair for view, verbs in ALLOWED.get(code, {}).items() for pair in _pairs(view, verbs)] for code in titles
    }


def _pairs(view: str, verbs: Sequence[str]) -> list[list[str]]:
    return [[f"^{view}$", f"^can_{verb}$"] for verb in verbs] + [[f"^{view}$", "^menu_access$"]]
