"""The clerk's desk."""

from yichuang.web.desk.routes import blueprint

__all__ = ["blueprint"]
