"""The part of regular expressions that Python and JavaScript read alike, in time linear in the text.

Literals, escapes (`\\d \\w \\s \\. …`), classes `[…]`, `.`, groups `(…)`, `|` and `? * + {m} {m,} {m,n}`; always the whole text. No
anchors, look-around, back references or lazy quantifiers. Matched by following positions (Glushkov), with the steps kept; so
no pattern can hang. The twin is `engine/patterns.js`.
"""

from yichuang.rules.pattern_reading import PatternRefused, Position, read

__all__ = ["Pattern", "PatternRefused"]

_KEPT = 4096


class Pattern:
    """A compiled pattern. Raises `PatternRefused` with a Chinese message for one outside of the subset."""

    __slots__ = ("_accepting", "_classes", "_follow", "_steps", "ecma", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        tree = read(source)
        self.ecma = f"^(?:{tree.ecma})$"
        self._classes: list[Position] = tree.positions
        self._follow = [tree.first, *tree.follow]
        last = frozenset(p + 1 for p in tree.last)
        self._accepting = last | {0} if tree.empty else last
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        """Whether the whole text has this form."""
        state = frozenset({0})
        steps = self._steps
        for character in text:
            following = steps.get((state, character))
            if following is None:
                following = self._step(state, character)
            if not following:
                return False
            state = following
        return not state.isdisjoint(self._accepting)

    def _step(self, state: frozenset[int], character: str) -> frozenset[int]:
        code = ord(character)
        reach = {p for s in state for p in self._follow[s]}
        following = frozenset(p + 1 for p in reach if self._classes[p].has(code))
        if len(self._steps) >= _KEPT:
            self._steps.clear()
        self._steps[(state, character)] = following
        return following
