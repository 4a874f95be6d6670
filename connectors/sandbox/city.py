"""The sandbox city as one WSGI application: its log-in pages, its provider's endpoints, and the switches for faults."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug import serving
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from connectors.sandbox.faults import MODES, TOKENS, Faults
from connectors.sandbox.grants import Asked, Client, Grants, asked_of
from connectors.sandbox.outside import Outside
from connectors.sandbox.pages import page
from connectors.sandbox.people import BY_SUB, EXPIRED, PEOPLE, REFUSES, Subject
from connectors.sandbox.provider import Provider

COOKIE = "sandbox_person"
BACK_CHANNEL = {"discovery", "token", "jwks", "userinfo"}
"""What programs ask; faults are switched on there, so that people still get as far as the platform's own words."""


class SandboxCity:
    """`outside`: departments and the bus, where they are played too."""

    def __init__(self, issuer: str, client: Client, outside: Outside | None = None) -> None:
        self.outside = outside
        self.faults = Faults()
        self.grants = Grants()
        self.provider = Provider(issuer, client, self.grants, self.faults)
        self._views: Mapping[str, Callable[[Request], Response]] = {
            "home": self._home,
            "discovery": self.provider.discovery,
            "authorize": self._authorize,
            "choose": self._choose,
            "decide": self._decide,
            "token": self.provider.token,
            "jwks": self.provider.jwks,
            "userinfo": self.provider.userinfo,
            "end_session": self._end_session,
            "faults": self._switch,
            **(outside.views() if outside else {}),
        }
        self._map = Map(
            [
                Rule("/", endpoint="home", methods=["GET"]),
                Rule("/.well-known/openid-configuration", endpoint="discovery", methods=["GET"]),
                Rule("/authorize", endpoint="authorize", methods=["GET"]),
                Rule("/choose", endpoint="choose", methods=["POST"]),
                Rule("/decide", endpoint="decide", methods=["POST"]),
                Rule("/token", endpoint="token", methods=["POST"]),
                Rule("/jwks", endpoint="jwks", methods=["GET"]),
                Rule("/userinfo", endpoint="userinfo", methods=["GET"]),
                Rule("/end-session", endpoint="end_session", methods=["GET"]),
                Rule("/faults", endpoint="faults", methods=["POST"]),
                *(outside.rules() if outside else []),
            ]
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, _values = self._map.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return Response(error.name, error.code or 500, mimetype="text/plain")
        answer = self._views[endpoint](request)
        return self.faults.disturb(answer) if endpoint in BACK_CHANNEL else answer

    # ------------------------------------------------------------------ logging in

    def _authorize(self, request: Request) -> Response:
        given = request.args.to_dict()
        asked = asked_of(given)
        if asked.client != self.provider.client.id or asked.redirect_uri not in self.provider.client.redirect_uris:
            return page("stop", 400, words="请求的应用或返回地址没有登记，不能继续。")
        fault = self.provider.fault_in(asked, given)
        if fault:
            return self._back(asked, error=fault)
        ticket = self.grants.remember(asked)
        known = BY_SUB.get(request.cookies.get(COOKIE, ""))
        if known is not None and given.get("prompt") != "select_account":
            return page("consent", person=known, ticket=ticket)
        return page("choose", people=PEOPLE, ticket=ticket)

    def _choose(self, request: Request) -> Response:
        ticket = request.form.get("ticket", "")
        person, asked = BY_SUB.get(request.form.get("sub", "")), self.grants.request(ticket)
        if asked is None:
            return page("stop", 400, words="这次登录已超时，请回到办事页面重新登录。")
        if person is None:
            return page("choose", people=PEOPLE, ticket=ticket)
        if person.temper == EXPIRED:
            return self._back(asked, error="login_required")
        return page("consent", person=person, ticket=ticket)

    def _decide(self, request: Request) -> Response:
        ticket = request.form.get("ticket", "")
        person, asked = BY_SUB.get(request.form.get("sub", "")), self.grants.request(ticket)
        if asked is None or person is None:
            return page("stop", 400, words="这次登录已超时，请回到办事页面重新登录。")
        if request.form.get("answer") == "other":
            return page("choose", people=PEOPLE, ticket=ticket)
        if request.form.get("answer") != "agree" or person.temper == REFUSES:
            return self._back(asked, error="access_denied")
        return self._agreed(asked, person, ticket)

    def _agreed(self, asked: Asked, person: Subject, ticket: str) -> Response:
        answer = self._back(asked, code=self.grants.code(ticket, person.sub))
        answer.set_cookie(COOKIE, person.sub, httponly=True, samesite="Lax")
        return answer

    def _back(self, asked: Asked, **result: str) -> Response:
        query = urlencode({**result, "state": asked.state, "iss": self.provider.issuer})
        return redirect(f"{asked.redirect_uri}?{query}", 303)

    def _end_session(self, request: Request) -> Response:
        back = request.args.get("post_logout_redirect_uri", "")
        allowed = {uri.removesuffix("/login/callback") for uri in self.provider.client.redirect_uris}
        answer = redirect(back, 303) if back in allowed else page("ended")
        answer.delete_cookie(COOKIE)
        return answer

    # ------------------------------------------------------------------ switches

    def _home(self, _request: Request) -> Response:
        return page("home", faults=self.faults, modes=MODES, tokens=TOKENS, people=PEOPLE, issuer=self.provider.issuer, outside=self.outside)

    def _switch(self, request: Request) -> Response:
        self.faults.switch(request.form.to_dict())
        return redirect("/", 303)


class _Quiet(serving.WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is the overridden method's
        """Says nothing: what is asked here is about persons, invented or not."""


def make_server(city: SandboxCity, port: int) -> serving.BaseWSGIServer:
    """A threaded server on the loopback address, ready for `serve_forever` and `shutdown`."""
    return serving.make_server("127.0.0.1", port, city, threaded=True, request_handler=_Quiet)


def serve(city: SandboxCity, port: int) -> None:
    """Serve the city on the loopback address until the process ends."""
    make_server(city, port).serve_forever()
