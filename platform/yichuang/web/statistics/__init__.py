"""`/desk/statistics`: figures of cases, what is particular about items, free questions."""

from yichuang.web.statistics.routes import install

__all__ = ["install"]
