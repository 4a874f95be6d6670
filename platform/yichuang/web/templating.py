"""The pages' template environment: Flask's, with the quick way to what a dictionary holds."""

from typing import Any

from flask import Flask
from flask.templating import Environment


class PageEnvironment(Environment):
    """`{{ line.title }}` looks into a dictionary first, and only then at its attributes; half of a page's time goes into such look-ups.

    A key named like a method (`items`) is so found as the key. Everything else is read as Jinja reads it.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value by key of a dictionary, else as Jinja finds it; undefined where there is none."""
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                pass
        return super().getattr(obj, attribute)


class Pages(Flask):
    """Flask with these templates."""

    jinja_environment = PageEnvironment
