"""QR codes as SVG and PNG. They hold an address and nothing else: no personal data ever (domain 5.2)."""

import io
from functools import lru_cache

import segno


@lru_cache(maxsize=512)
def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", boost_error=False, micro=False)


def svg(text: str, border: int = 4, title: str = "") -> str:
    """A stand-alone vector QR code, level M, one unit a module, with `viewBox` so that it takes any size.

    Print it at 28 mm or more, with its border (4 modules are the standard's quiet zone).
    """
    out = io.BytesIO()
    _code(text).save(
        out, kind="svg", border=border, omitsize=True, svgclass=None, lineclass=None, title=title or None, dark="#000", light="#fff",
        xmldecl=False,
    )  # fmt: skip
    return out.getvalue().decode()


def png(text: str, scale: int = 8, border: int = 4) -> bytes:
    """A raster QR code, `scale` pixels a module."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=border)
    return out.getvalue()
