"""The gate's checks of a mapping."""

from yichuang.ports import Body, DefinitionView, Finding


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a mapping that is valid against its schema."""
    return []
