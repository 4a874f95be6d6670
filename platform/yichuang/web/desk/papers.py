"""Documents of a case at the desk: opened, printed, made void."""

from flask import Blueprint, Response

from renderers.pdf import PdfRenderer
from yichuang.errors import DocumentMissing, InputRefused, NotFound
from yichuang.ports import Place
from yichuang.services import Services
from yichuang.web.desk.cases import reader, shown
from yichuang.web.desk.reading import form_of
from yichuang.web.json import json_body

FEWEST, MOST = 2, 200


def install(pages: Blueprint, services: Services) -> None:
    pdf = PdfRenderer(services.settings.fonts_dir or None)

    @pages.get("/desk/api/cases/<case_id>/documents/<document>.pdf")
    def paper(case_id: str, document: str) -> Response:
        """The PDF as it was issued; `inline`, so that the browser can print it. The reading is noted."""
        who, given = reader()
        services.cases.pulse(case_id, given)
        _of_case(services, case_id, document)
        content = services.documents.pdf(document, who)
        return Response(content, mimetype="application/pdf", headers={"Cache-Control": "private, no-store"})

    @pages.get("/desk/api/cases/<case_id>/form.pdf")
    def form(case_id: str) -> Response:
        """The application form as it was taken in, in full, to be signed; noted as a look at personal data."""
        who, given = reader()
        view = services.cases.view(case_id, who, given, reveal=True)
        wire = form_of(services, view["release"], view["item"], view["answers"])
        if wire is None:
            raise NotFound("该事项没有申请表")
        head = [{"label": "事项", "value": view["item_title"]}, {"label": "受理编号", "value": view["number"]}]
        content = pdf.form(wire, view["answers"], frozenset(view["answers"]), case=head, made_at=services.clock.now())
        return Response(content, mimetype="application/pdf", headers={"Cache-Control": "private, no-store"})

    @pages.post("/desk/api/cases/<case_id>/documents/<document>/void")
    def void(case_id: str, document: str) -> Response:
        who, given = reader()
        view = services.cases.view(case_id, who, given)
        given.require("document.void", Place(view["department"], view["hall"], view["street"], view["window"]), view["clerk"])
        reason = str(json_body().get("reason") or "").strip()
        if not FEWEST <= len(reason) <= MOST:
            raise InputRefused("请写明作废原因", problems=[{"field": "reason", "message": f"须为 {FEWEST}–{MOST} 个字"}])
        _of_case(services, case_id, document)
        services.documents.void(document, reason, who)
        return shown(services, case_id)


def _of_case(services: Services, case_id: str, document: str) -> None:
    """Raises `DocumentMissing` for a document of another case."""
    if document not in {found.id for found in services.documents.of_case(case_id)}:
        raise DocumentMissing
