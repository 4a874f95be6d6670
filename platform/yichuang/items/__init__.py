"""Items: situations, checklist of materials, tips, and the form with its facts. Pure functions."""

from yichuang.items.checklist import ChecklistEntry
from yichuang.items.compiled import CompiledItem, ItemDecision, compile_item

__all__ = ["ChecklistEntry", "CompiledItem", "ItemDecision", "compile_item"]
