"""The public check of an official document: what its QR code leads to."""

from yichuang.web.verify.routes import blueprint

__all__ = ["blueprint"]
