"""Text as people type it: full-width letters, stray blanks, control characters. The twin is `engine/text.js`."""

import re

BLANKS = " \t\n\r\u3000\u00a0\ufeff"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile("\r\n?")
_LINE_BREAKS = re.compile("[\t\n]")


def clean(raw: str, multiline: bool = False) -> str:
    """Without control characters, lone surrogates and outer blanks; on one line unless `multiline`."""
    if raw.isascii() and raw.isprintable():
        return raw.strip(" ")
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", _SURROGATES.sub("\ufffd", raw)))
    return (text if multiline else _LINE_BREAKS.sub(" ", text)).strip(BLANKS)


def half_width(text: str) -> str:
    """Full-width letters, digits and signs (Ａ１－) as their ASCII twins."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def without(text: str, characters: str) -> str:
    """`text` without any of `characters`."""
    for character in characters:
        if character in text:
            text = text.replace(character, "")
    return text
