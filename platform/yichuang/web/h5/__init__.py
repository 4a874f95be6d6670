"""The phone form: the same definition as at the desk, section by section, without an account."""

from yichuang.web.h5.routes import blueprint

__all__ = ["blueprint"]
