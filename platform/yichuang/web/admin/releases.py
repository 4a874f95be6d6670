"""What was published: every release with its changes in words; withdrawing one that waits, going back to an old one."""

from collections.abc import Iterator
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose

from yichuang.catalogue.history import STATES, Release
from yichuang.catalogue.snapshot import Snapshot
from yichuang.errors import YichuangError
from yichuang.ports import Body, Ref
from yichuang.web.admin.differing import between
from yichuang.web.admin.editing import parse
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import PUBLISH, READ
from yichuang.web.session import member

TONES = {"scheduled": "warn", "effective": "good", "superseded": "", "withdrawn": ""}
SHOWN = 60


class Releases(Page):
    route_base = "/admin/releases"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        found = self.services.publishing.releases(SHOWN)
        hidden = [] if request.args.get("all") else [r.number for r in found if r.state in ("superseded", "withdrawn")]
        rows = [(r, self._touched(r)) for r in found if r.number not in hidden]
        current = self.services.catalogue.current().release
        return self.show(
            "releases",
            rows=rows,
            current=current,
            states=STATES,
            tones=TONES,
            hidden=len(hidden),
            name_of=self.name_of(),
        )

    def _touched(self, release: Release) -> list[str]:
        """Titles of what it changed."""
        names = [Ref(*name.split("/", 1)) for name in release.changes]
        snapshot = self.services.catalogue.at(release.number)
        return [
            f"{self.services.kinds.get(r.kind).title}“{snapshot.titles(r.kind).get(r.code, r.code)}”" for r in names[:6]
        ]

    @expose("/<int:number>")
    @allowed(READ)
    def one(self, number: int) -> str:
        return self._page(number)

    def _page(self, number: int, refused: YichuangError | None = None) -> str:
        release = self.services.publishing.release(number)
        current, snapshot = self.services.catalogue.current(), self.services.catalogue.at(number)
        back = (
            list(self._between(current, snapshot)) if release.state == "effective" and number != current.release else []
        )
        return self.show(
            "release", release=release, states=STATES, tones=TONES, changes=list(self._changes(release)), current=current.release,
            back=back, refused=refused, fresh="fresh" in request.args, name_of=self.name_of(), form=request.form,
        )  # fmt: skip

    def _changes(self, release: Release) -> Iterator[dict[str, Any]]:
        """What a release changed over what its definitions were before, in words."""
        view = self.services.catalogue.current()
        for name, sha in release.changes.items():
            ref = Ref(*name.split("/", 1))
            kind = self.services.kinds.get(ref.kind)
            versions = self.services.publishing.versions(ref.kind, ref.code)
            new = next((v for v in versions if v.sha256 == sha), None)
            before = self._before(release, ref)
            body = parse(new.body) if new else None
            yield {
                "kind": kind, "code": ref.code, "title": str((body or before or {}).get("title", ref.code)),
                "differences": between(before, body, kind, view) if (before or body) else [],
                "version": new.number if new else None,
            }  # fmt: skip

    def _before(self, release: Release, ref: Ref) -> Body | None:
        """The definition in the release before, as far as one was in force."""
        older = [
            r
            for r in self.services.publishing.releases(500)
            if r.number < release.number and r.state in ("effective", "scheduled")
        ]
        return self.services.catalogue.at(older[0].number).find(ref.kind, ref.code) if older else None

    def _between(self, old: Snapshot, new: Snapshot) -> Iterator[dict[str, Any]]:
        for kind in self.services.kinds:
            for code in sorted({*old.codes(kind.name), *new.codes(kind.name)}):
                if old.sha(kind.name, code) != new.sha(kind.name, code):
                    before, after = old.find(kind.name, code), new.find(kind.name, code)
                    title = str((after or before or {}).get("title", code))
                    yield {
                        "kind": kind,
                        "code": code,
                        "title": title,
                        "differences": between(before, after, kind, new),
                        "version": None,
                    }

    @expose("/<int:number>/roll-back", methods=["POST"])
    @allowed(PUBLISH)
    def roll_back(self, number: int) -> Any:
        try:
            fresh = self.services.publishing.roll_back(number, member(), request.form.get("reason", ""))
        except YichuangError as refused:
            return self._page(number, refused), refused.status
        self.services.audit.note(member(), "release.rolled_back", "release", str(fresh), detail=f"回到第 {number} 版")
        return redirect(url_for("Releases.one", number=fresh, fresh=1))

    @expose("/<int:number>/withdraw", methods=["POST"])
    @allowed(PUBLISH)
    def withdraw(self, number: int) -> Any:
        change_set = self.services.publishing.release(number).change_set
        try:
            self.services.publishing.withdraw(number, member())
        except YichuangError as refused:
            return self._page(number, refused), refused.status
        self.services.audit.note(member(), "release.withdrawn", "release", str(number))
        return redirect(url_for("Changes.one", number=change_set) if change_set else url_for("Releases.index"))
