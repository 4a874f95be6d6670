"""Logging in and out at `/apply`: away to the identity provider and back. One cookie holds what must be shown again on return."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from structlog import get_logger

from connectors.oidc import OidcProvider, Pending
from yichuang.access.vault import Vault
from yichuang.errors import ConfigurationRefused, ConnectorError, ConnectorFailed, ConnectorRefused
from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.h5.sessions import Sessions, within_apply
from yichuang.web.h5.visitors import Visitors

log = get_logger()
COOKIE, PATH, SECONDS = "yichuang_login", "/apply/login", 600
CONTEXT = "applicant-login"
LOOPBACK = {"127.0.0.1", "localhost"}
AWAY = "统一身份认证暂时没有应答"
WORDS = {
    "access_denied": "您没有同意提供身份信息，所以没有登录。",
    "login_required": "统一身份认证的登录会话已过期，请重新登录。",
    "state": "这次登录与发起它的页面对不上，请重新登录。",
    "invalid_grant": "登录凭据已使用或已过期，请重新登录。",
    "claims": "统一身份认证给出的身份信息不完整，不能据此办理。",
}
"""By the reason a log-in was refused for; anything else: the answer can't be trusted."""


def install(pages: Blueprint, services: Services, sessions: Sessions, visitors: Visitors) -> None:
    journey = Journey(services, sessions, visitors)

    @pages.get("/apply/login")
    @limiter.limit("30/minute")
    def login() -> Response:
        return journey.away(within_apply(request.args.get("next", "/apply")))

    @pages.get("/apply/login/callback")
    @limiter.limit("30/minute")
    def returned() -> Response:
        return journey.back()

    @pages.post("/apply/logout")
    def logout() -> Response:
        account = sessions.account()
        if account is not None:
            services.applicants.sign_out(account)
        return sessions.end(redirect("/apply/signed-out", 303))  # type: ignore[arg-type]

    @pages.get("/apply/signed-out")
    def signed_out() -> str:
        return render_template("apply/signed_out.html", leave=_leave(services))


class Journey:
    """To the provider and back."""

    def __init__(self, services: Services, sessions: Sessions, visitors: Visitors) -> None:
        self._services, self._sessions, self._visitors = services, sessions, visitors
        self._vault = Vault(services.settings.data_key)

    def away(self, wanted: str) -> Response:
        services = self._services
        try:
            url, pending = _provider(services).begin(_return_address(services))
        except ConnectorError as error:
            return self._failed(error, wanted)
        answer: Response = redirect(url, 303)  # type: ignore[assignment]
        kept = {**asdict(pending), "next": wanted, "until": services.clock.now().timestamp() + SECONDS}
        sealed = self._vault.seal(json.dumps(kept), CONTEXT)
        secure = services.settings.secure_cookies
        answer.set_cookie(COOKIE, sealed, max_age=SECONDS, httponly=True, samesite="Lax", secure=secure, path=PATH)
        return answer

    def back(self) -> Response:
        kept = self._kept()
        wanted = within_apply(str(kept.pop("next", "/apply")))
        try:
            account = self._services.applicants.sign_in(self._claims(kept))
        except ConnectorError as error:
            return _without_cookie(self._failed(error, wanted))
        before = self._visitors.browser()
        if before is not None:
            self._services.drafts.adopt(before, self._visitors.of(account))
        return _without_cookie(self._sessions.begin(redirect(wanted, 303), account))  # type: ignore[arg-type]

    def _claims(self, kept: dict[str, Any]) -> Mapping[str, Any]:
        if not kept:
            raise ConnectorRefused(reason="state")
        return _provider(self._services).finish(Pending(**kept), request.args.to_dict())

    def _kept(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads(self._vault.open(request.cookies.get(COOKIE, ""), CONTEXT))
        except (ConfigurationRefused, ValueError):
            return {}
        return kept if kept.pop("until") > self._services.clock.now().timestamp() else {}

    def _failed(self, error: ConnectorError, wanted: str) -> Response:
        """A page that says why, and the ways on: again, or without logging in. Says nothing about the person, here and in the log."""
        reason, away = str(error.extra.get("reason", "")), isinstance(error, ConnectorFailed)
        log.warning("applicant.login_failed", reason=reason or "away")
        words = AWAY if away else WORDS.get(reason, "统一身份认证的应答不可信，为保护您的信息，没有登录。")
        page = render_template("apply/login_failed.html", words=words, away=away, wanted=wanted)
        answer = make_response(page, 503 if away else 400)
        return self._sessions.end(answer) if self._sessions.over else answer


def _provider(services: Services) -> OidcProvider:
    if services.identity is None:
        raise ConnectorFailed("没有设置统一身份认证")
    return services.identity


def _return_address(services: Services) -> str:
    """The public address; on a machine's own loopback the name that was typed, so that its cookies are there on return."""
    base = services.settings.base_url
    here = urlsplit(request.host_url)
    if here.hostname in LOOPBACK and urlsplit(base).hostname in LOOPBACK:
        base = f"{here.scheme}://{here.netloc}"
    return f"{base}{PATH}/callback"


def _without_cookie(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _leave(services: Services) -> str:
    try:
        return _provider(services).leave(_return_address(services).removesuffix("/login/callback"))
    except ConnectorError:
        return ""
