"""What anybody may look at: results of reviews, without anybody in them."""

from yichuang.web.open.routes import blueprint

__all__ = ["blueprint"]
