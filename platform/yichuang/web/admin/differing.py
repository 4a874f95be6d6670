"""What differs between two versions of a definition, in words; mappings have words of their own, with fields called by their titles."""

from yichuang.catalogue.differences import Difference
from yichuang.catalogue.differences import between as plainly
from yichuang.catalogue.kinds import Kind
from yichuang.mappings import differences
from yichuang.ports import Body, DefinitionView
from yichuang.web.admin.draft_words import our_titles, retitled, their_titles
from yichuang.web.admin.mapping_desk import told_paths
from yichuang.web.admin.previews import BROKEN


def between(old: Body | None, new: Body | None, kind: Kind, view: DefinitionView) -> list[Difference]:
    """`view`: where the titles of our fields are found."""
    if kind.name != "mapping" or old is None or new is None or old == new:
        return plainly(old, new, kind.schema)
    try:
        ours, theirs = our_titles(told_paths(view, new)), their_titles(old) | their_titles(new)
        told = [Difference("", retitled(words, ours, theirs), "", "") for words in differences(old, new)]
    except BROKEN:
        told = []
    return told or plainly(old, new, kind.schema)
