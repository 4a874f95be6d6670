"""表单处理: a form and a mapping drafted from another system's schema, or a mapping from a form; looked at, then taken into a change set."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request, url_for
from flask_appbuilder import expose
from flask_wtf.csrf import generate_csrf

from yichuang.catalogue.views import Overlay
from yichuang.errors import InputRefused, MalformedInput, YichuangError
from yichuang.mappings import compile_body, draft_from_form, draft_from_schema, suggest
from yichuang.mappings.targets import target_fields
from yichuang.ports import Body, DefinitionView, Ref
from yichuang.web.admin.codes import code_from
from yichuang.web.admin.definitions import own_change_set
from yichuang.web.admin.draft_words import lines_told, their_titles
from yichuang.web.admin.mapping_editing import given_schemas
from yichuang.web.admin.page import allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.admin.previews import BROKEN
from yichuang.web.item_page import item_page
from yichuang.web.json import json_body, json_response
from yichuang.web.session import member


class DraftingRoutes:
    """Mixed into `DoubleEntry`."""

    services: Any
    scope: Any
    show: Any

    @expose("/drafting")
    @allowed(EDIT)
    def drafting(self) -> str:
        view, scope = self.services.catalogue.current(), self.scope()
        items = [
            {"code": entry.code, "title": entry.title, "hint": entry.department_title}
            for entry in view.index.entries() if not scope.listed("item", entry.code, entry.title)
        ]  # fmt: skip
        targets = [
            {"code": code, "title": title, "hint": ""}
            for code, title in view.titles("target").items() if not scope.refusal("mapping", code, {"target": code, "title": title})
        ]  # fmt: skip
        given = {name: request.args.get(name, "")[:64] for name in ("way", "item", "target")}
        return str(self.show("drafting", known={"items": items, "targets": targets}, **given))

    @expose("/api/session")
    @allowed(READ)
    def session_state(self) -> Response:
        return json_response({"csrf": generate_csrf()})

    @expose("/drafting/read", methods=["POST"])
    @allowed(EDIT)
    def drafting_read(self) -> Response:
        return json_response({"schemas": given_schemas(json_body().get("text"))})

    @expose("/drafting/propose", methods=["POST"])
    @allowed(EDIT)
    def drafting_propose(self) -> Response:
        """Form and mapping as they would be, the form rendered, the lines in words. Nothing is kept."""
        sent, view = json_body(), self.services.catalogue.current()
        item, target = self._chosen(view, sent)
        form, mapping = _drafted(view, sent, item, target)
        laid = _laid(view, item, form)
        return json_response(
            {
                "form": form, "mapping": mapping, "html": _rendered(laid, item) if form else "", "lines": list(lines_told(laid, mapping)),
                "open": _open(laid, mapping), "replaces": bool(form and item.get("form")),
            }
        )  # fmt: skip

    @expose("/drafting/adopt", methods=["POST"])
    @allowed(EDIT)
    def drafting_adopt(self) -> Response:
        """Into the member's own change set. Raises `NotAllowed` for another department's."""
        sent, who = json_body(), member()
        number = own_change_set(self.services, who, "")
        view = self.services.publishing.preview(number)
        item, form, mapping = view.find("item", str(sent.get("item", ""))), sent.get("form"), sent.get("mapping")
        if item is None or not isinstance(mapping, dict) or not (form is None or isinstance(form, dict)):
            raise MalformedInput("缺少内容")
        made = [_named(view, "form", form)] if form else []
        if form:
            made.append({**item, "form": made[0]["code"]})
        made.append(_named(view, "mapping", mapping))
        scope = self.scope(Overlay(view, {Ref(str(body["kind"]), str(body["code"])): body for body in made}))
        self.scope(view).require("item", str(item["code"]), item)
        for body in made:
            scope.require(str(body["kind"]), str(body["code"]), body)
        for body in made:
            self.services.publishing.put(number, body, who)
        return json_response({"url": url_for("Changes.edit", number=number, kind="mapping", code=made[-1]["code"])})

    def _chosen(self, view: DefinitionView, sent: Mapping[str, Any]) -> tuple[Body, Body]:
        item, target = view.find("item", str(sent.get("item", ""))), view.find("target", str(sent.get("target", "")))
        if item is None or target is None:
            raise InputRefused("请选择事项和交换对象")
        self.scope(view).require("item", str(item["code"]), item)
        return item, target


def _named(view: DefinitionView, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """With a code of its own, made from its title. Raises `InputRefused`."""
    title = str(body.get("title", "")).strip()[:200]
    if not title:
        raise InputRefused("请填写名称")
    return {**body, "kind": kind, "title": title, "code": code_from(title, set(view.codes(kind)))}


def _drafted(view: DefinitionView, sent: Mapping[str, Any], item: Body, target: Body) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Raises `InputRefused` for an item without a form, or nothing to draft from."""
    code, titled = str(target["code"]), f"{item['title']} → {target['title']}"
    head = {"title": titled, "items": [item["code"]], "steps": list(target.get("pushes") or ["*"])}
    if sent.get("way") == "form":
        if not item.get("form"):
            raise InputRefused("这个事项还没有表单，请先在事项里选用表单，或由对方的格式起草")
        return None, {**draft_from_form(view, str(item["form"]), code, str(item["code"])), **head}
    schema = sent.get("schema")
    if not isinstance(schema, dict):
        raise InputRefused("请先读取对方的格式")
    if sent.get("way") == "match":
        return None, _matched(view, {"kind": "mapping", "target": code, "schema": schema, "lines": [], **head})
    title = f"{item['title']}申请表"
    form, mapping = draft_from_schema(schema, code_from(title, set(view.codes("form"))), title, code, str(item["code"]))
    return form, {**mapping, **head}


def _matched(view: DefinitionView, mapping: dict[str, Any]) -> dict[str, Any]:
    """Lines for whatever of ours fits by name and type; rows of a list within its line."""
    lists: dict[str, dict[str, Any]] = {}
    kinds = {field.path: field.type for field in target_fields(mapping["schema"])}
    for to, source, _ in suggest(view, mapping):
        outer, mark, name = to.rpartition("[].")
        holder = lists.get(outer) if mark else None
        if mark and holder is None:
            continue
        made: dict[str, Any] = {"to": name if holder else to}
        if kinds.get(to) == "array" and not source.endswith("[]"):
            lists[to] = made = made | {"each": source, "lines": []}
        else:
            made["from"] = source.replace(f"{holder['each']}[].", "row.", 1) if holder else source
        (holder or mapping)["lines"].append(made)
    return mapping


def _laid(view: DefinitionView, item: Body, form: Body | None) -> DefinitionView:
    """As it would be with the drafted form."""
    if form is None:
        return view
    return Overlay(view, {Ref("form", str(form["code"])): form, Ref("item", str(item["code"])): {**item, "form": form["code"]}})


def _rendered(view: DefinitionView, item: Body) -> str:
    """The form as a page of its own; empty when it can't be shown yet."""
    try:
        made = item_page(view, str(item["code"]))
        return render_template("admin/preview_form.html", form=made.form.render({}) if made.form else "")
    except (YichuangError, *BROKEN):
        return ""


def _open(view: DefinitionView, mapping: Body) -> list[str]:
    """Titles of mandatory fields without a line."""
    titles = their_titles(mapping)
    return [titles.get(path, path) for path in compile_body(view, mapping).coverage([]).unmapped_required]
