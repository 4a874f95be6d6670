"""The counter's second display. Today it shows reviews; what else it will show is one more answer to `now`."""

from yichuang.web.screen.routes import blueprint

__all__ = ["blueprint"]
