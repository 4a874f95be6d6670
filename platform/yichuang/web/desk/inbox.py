"""`/desk/inbox`: what waits for a department's approvers."""

from flask import Blueprint, render_template

from yichuang.services import Services
from yichuang.web.desk.cases import reader
from yichuang.web.desk.queries import choices
from yichuang.web.desk.queue import queue


def install(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/inbox")
    def inbox() -> str:
        who, given = reader()
        groups = queue(services, services.cases.worklist(who, given)["groups"], given, "department")
        return render_template("desk/cases.html", groups=groups, choices=choices(services), title="部门收件箱", where="inbox")
