"""What is asked for most, as small WSGI applications in front of Flask: notice pages `/n/<code>` (docs/adr/0005), single intakes (docs/adr/0015),
reviews without pictures (docs/adr/0018)."""

from yichuang.web.fast.application import Front, front

__all__ = ["Front", "front"]
