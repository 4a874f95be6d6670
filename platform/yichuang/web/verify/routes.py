"""`/v/<code>`: kind, number, date, authority, state and SHA-256 of a document. Nothing about the applicant; nothing is asked of the visitor."""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from yichuang.errors import DocumentMissing
from yichuang.services import Services
from yichuang.web.guards import limiter

PER_ADDRESS = "60/minute"


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("verify", __name__)

    @pages.get("/v/<code>")
    @limiter.limit(PER_ADDRESS)
    def verify(code: str) -> Response:
        try:
            told = services.documents.verify(code)
        except DocumentMissing:
            return _answer("verify/unknown.html", 404)
        return _answer("verify/document.html", 200, told=told)

    return pages


def _answer(template: str, status: int, **values: object) -> Response:
    """Found by no search engine, kept in no cache: a document may be voided at any time."""
    answer = make_response(render_template(template, **values), status)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
