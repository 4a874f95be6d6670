"""The public guide: find an item, answer its situation, take the notice along. For PC and kiosk, without log-in."""

from yichuang.web.guide.routes import blueprint

__all__ = ["blueprint"]
