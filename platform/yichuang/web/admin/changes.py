"""Change sets: what is being changed, by whom; checked, compared, previewed, published now or at a moment, discarded."""

from datetime import datetime
from typing import Any

from flask import Response, redirect, request, url_for
from flask_appbuilder import expose

from yichuang.cases.deadlines import Move
from yichuang.catalogue.change_sets import ChangeSet, Entry
from yichuang.catalogue.documents import write
from yichuang.catalogue.packing import read_zip
from yichuang.catalogue.titles import place_in_words
from yichuang.errors import InputRefused, NotAllowed, YichuangError
from yichuang.exchange.trial import KINDS as TRIED
from yichuang.exchange.trial import told as trial_told
from yichuang.ports import SHANGHAI, DefinitionView, Finding, Ref
from yichuang.web.admin import editing
from yichuang.web.admin.deadlines import spreadsheet, told
from yichuang.web.admin.differing import between
from yichuang.web.admin.exchange_scope import seeing
from yichuang.web.admin.mapping_editing import MappingRoutes
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import EDIT, PUBLISH, READ
from yichuang.web.admin.previews import BROKEN
from yichuang.web.json import json_response
from yichuang.web.session import member

STATES = {"open": ("编辑中", "brand"), "published": ("已发布", "good"), "discarded": ("已作废", "")}


class Changes(editing.EditorRoutes, MappingRoutes, Page):
    route_base = "/admin/changes"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        publishing = self.services.publishing
        state = request.args.get("state", "open")
        sets = publishing.all(state=None if state == "all" else state, limit=100)
        rows = [(c, publishing.entries(c.id)) for c in sets]
        titles = {kind.name: kind.title for kind in self.services.kinds}
        return self.show("changes", rows=rows, state=state, states=STATES, kind_titles=titles, name_of=self.name_of())

    @expose("/<int:number>")
    @allowed(READ)
    def one(self, number: int) -> str:
        return self._page(number)

    def _page(self, number: int, refused: YichuangError | None = None) -> str:
        publishing = self.services.publishing
        change_set = publishing.get(number)
        entries = publishing.entries(number)
        is_open = change_set.state == "open"
        findings = publishing.check(number) if is_open and entries else []
        release = next(
            (r for r in publishing.releases(500) if r.change_set == number and r.state != "superseded"), None
        )
        return self.show(
            "change", change_set=change_set, states=STATES, entries=[self._told(change_set, entry) for entry in entries], is_open=is_open,
            findings=[self.told_finding(number, finding) for finding in findings], published=release, refused=refused,
            tries_exchange=is_open and not seeing().nowhere and any(entry.kind in TRIED for entry in entries),
            moves_deadlines=is_open and any(entry.kind == "calendar" and entry.action == "put" for entry in entries),
            errors=sum(f.severity == "error" for f in findings), now=self.services.clock.now(), name_of=self.name_of(), form=request.form,
        )  # fmt: skip

    def _told(self, change_set: ChangeSet, entry: Entry) -> dict[str, Any]:
        """An entry with what it changes, in words and side by side. A closed change set is compared with what it was edited from."""
        kind = self.services.kinds.get(entry.kind)
        old = self._before(change_set, entry)
        new = None if entry.action == "remove" else entry.body
        return {
            "entry": entry, "kind": kind, "title": str((new or old or {}).get("title", entry.code)), "new": old is None,
            "differences": between(old, new, kind, self._view(change_set)) if (old or new) else [], "removed": entry.action == "remove",
            "overtaken": change_set.state == "open" and entry.base_sha != self.services.catalogue.current().sha(entry.kind, entry.code),
            "before": write(old, kind.schema) if old else "", "after": write(new, kind.schema) if new else "",
        }  # fmt: skip

    def _view(self, change_set: ChangeSet) -> DefinitionView:
        view: DefinitionView = self.services.catalogue.current()
        if change_set.state == "open":
            view = self.services.publishing.preview(change_set.id)
        return view

    def _before(self, change_set: ChangeSet, entry: Entry) -> Any:
        if change_set.state == "open":
            return self.services.catalogue.current().find(entry.kind, entry.code)
        return next(
            (
                editing.parse(v.body)
                for v in self.services.publishing.versions(entry.kind, entry.code)
                if v.sha256 == entry.base_sha
            ),
            None,
        )

    def told_finding(self, number: int, finding: Finding) -> dict[str, Any]:
        """A finding with its definition's title and place in words."""
        view = self.services.publishing.preview(number)
        body = view.find(finding.kind, finding.code) or {}
        kind = self.services.kinds.get(finding.kind)
        return finding.as_dict() | {
            "kind_title": kind.title, "title": str(body.get("title", finding.code)), "where": place_in_words(finding.place, body, kind.schema),
            "url": url_for("Changes.edit", number=number, kind=finding.kind, code=finding.code) + f"#{finding.place}",
        }  # fmt: skip

    @expose("/<int:number>/impact")
    @allowed(READ)
    def impact(self, number: int) -> Any:
        """Whose open deadlines the change set's calendars would move, as JSON; fetched by the page after it is shown."""
        return json_response(told(self._moves(number), self.services.catalogue.current()))

    @expose("/<int:number>/impact.xlsx")
    @allowed(READ)
    def impact_spreadsheet(self, number: int) -> Response:
        self.services.audit.note(exporting(), "deadlines.exported", "change_set", str(number))
        return spreadsheet(self._moves(number), self.services.catalogue.current(), f"deadlines-change-{number}.xlsx")

    @expose("/<int:number>/exchange-trial")
    @allowed(READ)
    def exchange_trial(self, number: int) -> Any:
        """Which waiting exceptions the change set would let pass, and what it would stop, as JSON; fetched after the page is shown."""
        reach = seeing()
        if reach.nowhere:
            raise NotAllowed
        changed = [Ref(entry.kind, entry.code) for entry in self.services.publishing.entries(number)]
        try:
            trials = self.services.exchange.trials.of(self.services.publishing.preview(number), changed, member(), reach)
        except BROKEN as wrong:
            raise InputRefused("映射的内容还不完整，修正检查结果后即可试算") from wrong
        titles = {code: target.title for code, target in self.services.exchange.targets().all.items()}
        return json_response(trial_told(trials, titles))

    def _moves(self, number: int) -> list[Move]:
        put = [entry for entry in self.services.publishing.entries(number) if entry.kind == "calendar" and entry.action == "put"]
        try:
            return [move for entry in put for move in self.services.deadlines.impact(entry.body)]
        except BROKEN as wrong:
            raise InputRefused("工作日历的内容还不完整，修正检查结果后即可查看影响") from wrong

    @expose("/", methods=["POST"])
    @allowed(EDIT)
    def open(self) -> Any:
        number = self.services.publishing.open(request.form.get("title", ""), member())
        return redirect(url_for("Changes.one", number=number))

    @expose("/<int:number>/rename", methods=["POST"])
    @allowed(EDIT)
    def rename(self, number: int) -> Any:
        self._own(number)
        self.services.publishing.rename(number, request.form.get("title", ""))
        return redirect(url_for("Changes.one", number=number))

    @expose("/<int:number>/publish", methods=["POST"])
    @allowed(PUBLISH)
    def publish(self, number: int) -> Any:
        """Publish; a refusal shows the page again with all that was typed and the reason."""
        try:
            release = self.services.publishing.publish(number, member(), request.form.get("reason", ""), self._moment())
        except YichuangError as refused:
            return self._page(number, refused), refused.status
        self.services.audit.note(member(), "release.published", "release", str(release))
        return redirect(url_for("Releases.one", number=release, fresh=1))

    def _moment(self) -> datetime | None:
        if request.form.get("when") != "later":
            return None
        day, hour = request.form.get("day", ""), request.form.get("hour", "") or "00:00"
        try:
            return datetime.strptime(f"{day} {hour[:5]}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
        except ValueError:
            raise InputRefused(
                "请填写生效的日期和时间", problems=[{"field": "at", "message": "请填写日期和时间"}]
            ) from None

    @expose("/<int:number>/discard", methods=["POST"])
    @allowed(EDIT)
    def discard(self, number: int) -> Any:
        self._own(number)
        self.services.publishing.discard(number)
        self.services.audit.note(member(), "change_set.discarded", "change_set", str(number))
        return redirect(url_for("Changes.index"))

    @expose("/<int:number>/restore/<kind>/<code>", methods=["POST"])
    @allowed(EDIT)
    def restore(self, number: int, kind: str, code: str) -> Any:
        """Take one definition out of the change set."""
        self._entry(number, kind, code)
        self.services.publishing.restore(number, kind, code)
        return redirect(url_for("Changes.one", number=number))

    @expose("/<int:number>/rebase/<kind>/<code>", methods=["POST"])
    @allowed(EDIT)
    def rebase(self, number: int, kind: str, code: str) -> Any:
        self._entry(number, kind, code)
        self.services.publishing.rebase(number, kind, code)
        return redirect(url_for("Changes.one", number=number))

    def _own(self, number: int) -> None:
        """Whole change sets of others are only for who may edit everything."""
        if not self.scope().everything and self.services.publishing.get(number).author != member().name:
            raise NotAllowed("这张变更单由别人新建，您只能修改其中本部门的定义")

    def _entry(self, number: int, kind: str, code: str) -> None:
        view = self.services.publishing.preview(number)
        self.scope(view).require(kind, code, view.find(kind, code), self.services.catalogue.current().find(kind, code))

    @expose("/import", methods=["POST"])
    @allowed(EDIT)
    def import_(self) -> Any:
        """A zip of YAML files becomes a change set with what differs."""
        packed = request.files.get("zip")
        if packed is None or not packed.filename:
            raise InputRefused("请选择 zip 文件", problems=[{"field": "zip", "message": "请选择 zip 文件"}])
        documents = read_zip(packed.read())
        unknown = {str(Ref(d["kind"], d["code"])) for d in documents if d["kind"] not in self.services.kinds}
        if unknown:
            raise InputRefused(f"压缩包中有未知类别的定义：{'、'.join(sorted(unknown)[:5])}")
        self.scope().require_all([(Ref(d["kind"], d["code"]), d) for d in documents])
        remove_missing = bool(request.form.get("remove_missing"))
        if remove_missing and not self.scope().everything:
            raise NotAllowed("“压缩包里没有的定义一并删除”会涉及其他部门，请由事项管理员导入")
        title = f"导入 {packed.filename}"
        number = self.services.publishing.import_documents(
            documents, member(), title, remove_missing=remove_missing
        )
        return redirect(url_for("Changes.one", number=number))
