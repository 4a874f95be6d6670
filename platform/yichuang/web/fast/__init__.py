"""`/n/<code>`: the notice pages, a small WSGI application in front of Flask (see docs/adr/0005)."""

from yichuang.web.fast.application import Front, front

__all__ = ["Front", "front"]
