"""Giving a review: the page that a signed link leads to, on phones, kiosks and from 「我的办件」."""

from yichuang.web.review.routes import blueprint

__all__ = ["blueprint"]
