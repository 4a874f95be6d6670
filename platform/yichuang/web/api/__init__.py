"""The public JSON API, version 1."""

from yichuang.web.api.routes import blueprint

__all__ = ["blueprint"]
