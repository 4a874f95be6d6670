"""Answers of the sandbox: JSON for programs, plain Chinese pages for people."""

from typing import Any

import orjson
from jinja2 import Environment, PackageLoader
from werkzeug.wrappers import Response

_environment = Environment(loader=PackageLoader("connectors.sandbox"), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def json_answer(body: Any, status: int = 200) -> Response:
    answer = Response(orjson.dumps(body), status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def page(name: str, status: int = 200, **values: Any) -> Response:
    answer = Response(_environment.get_template(f"{name}.html").render(values), status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return answer
