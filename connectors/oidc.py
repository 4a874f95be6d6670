"""统一身份认证 by OpenID Connect: authorization code with PKCE, state and nonce; ID tokens signed by ES256 or RS256 only."""

import secrets
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectors.deadline import within
from yichuang.errors import ConnectorFailed, ConnectorRefused

with warnings.catch_warnings():
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # it would rather have httpx2
    from authlib.integrations.httpx_client import OAuth2Client

T = TypeVar("T")
SCOPE = "openid profile phone identity"
ALGORITHMS = ["ES256", "RS256"]
DISCOVERY_SECONDS = 600.0
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A log-in under way: what must be shown again when the browser comes back. Keep it from everybody but that browser."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class OidcProvider:
    """One provider. `deadline`: seconds for each exchange as a whole. `demonstration`: whether a sandbox is accepted.

    Every method raises `ConnectorFailed` when the provider doesn't answer well and trying again may help, `ConnectorRefused` when what
    came is not to be believed.
    """

    def __init__(self, issuer: str, client_id: str, secret: str, *, deadline: float = 8.0, demonstration: bool = True) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id, self._secret = client_id, secret
        self._deadline = deadline
        self._demonstration = demonstration
        self._known: tuple[float, Mapping[str, Any]] = (0.0, {})
        self._keys: KeySet | None = None

    def begin(self, redirect_uri: str) -> tuple[str, Pending]:
        """The address to send the browser to, and what to keep until it comes back."""
        pending = Pending(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), redirect_uri)

        def work(client: OAuth2Client) -> str:
            at = self._metadata(client)["authorization_endpoint"]
            url, _ = client.create_authorization_url(
                at, state=pending.state, nonce=pending.nonce, code_verifier=pending.verifier, redirect_uri=redirect_uri
            )
            return str(url)

        return self._exchange(work), pending

    def finish(self, pending: Pending, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """The claims of who logged in, `iss` and `sub` among them. `answer` is the query the browser came back with."""
        if not secrets.compare_digest(answer.get("state", ""), pending.state):
            raise ConnectorRefused("登录状态不符", reason="state")
        if "iss" in answer and answer["iss"].rstrip("/") != self._issuer:
            raise ConnectorRefused("应答来自别的认证系统", reason="iss")
        if "error" in answer:
            raise ConnectorRefused("认证系统没有同意登录", reason=answer["error"][:40])
        return self._exchange(lambda client: self._claims(client, pending, answer.get("code", "")))

    def leave(self, back: str) -> str:
        """Where the browser logs out of the provider too; empty when the provider offers nothing."""
        at = self._exchange(self._metadata).get("end_session_endpoint", "")
        return f"{at}?{urlencode({'client_id': self._client_id, 'post_logout_redirect_uri': back})}" if at else ""

    # ------------------------------------------------------------------ exchanges

    def _exchange(self, work: Callable[[OAuth2Client], T]) -> T:
        client = OAuth2Client(self._client_id, self._secret, scope=SCOPE, code_challenge_method="S256", timeout=self._deadline)
        try:
            return within(self._deadline, lambda: work(client), client.close)
        except httpx.HTTPError as error:
            raise ConnectorFailed(f"认证系统没有应答：{type(error).__name__}") from error
        except (AuthlibBaseError, JoseError) as error:
            raise ConnectorRefused("认证系统的应答不可信", reason=str(getattr(error, "error", "")) or type(error).__name__) from error
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ConnectorFailed("认证系统的应答无法读取") from error
        finally:
            client.close()

    def _metadata(self, client: OAuth2Client) -> Mapping[str, Any]:
        until, known = self._known
        if until > time.monotonic():
            return known
        found: Mapping[str, Any] = self._read(client, f"{self._issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise ConnectorRefused("认证系统的签发者与设置不符", reason="issuer")
        if found.get("demonstration") and not self._demonstration:
            raise ConnectorRefused("演示身份认证不得用于生产", reason="demonstration")
        self._known = (time.monotonic() + DISCOVERY_SECONDS, found)
        return found

    def _read(self, client: OAuth2Client, url: str) -> Any:
        answer = client.request("GET", url, withhold_token=True)
        answer.raise_for_status()
        return answer.json()

    def _claims(self, client: OAuth2Client, pending: Pending, code: str) -> Mapping[str, Any]:
        metadata = self._metadata(client)
        token = client.fetch_token(
            metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=pending.verifier, redirect_uri=pending.redirect_uri
        )
        known = self._verified(client, token, pending.nonce)
        told = client.request("GET", metadata["userinfo_endpoint"])
        told.raise_for_status()
        about: dict[str, Any] = told.json()
        if about.get("sub") != known["sub"]:
            raise ConnectorRefused("身份信息与登录人不符", reason="sub")
        return {**about, "iss": self._issuer, "sub": str(known["sub"])}

    def _verified(self, client: OAuth2Client, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        decoded = self._decoded(client, str(token["id_token"]))
        options = {"iss": {"essential": True, "values": [self._issuer, self._issuer + "/"]}, "aud": {"essential": True, "value": self._client_id}}
        params = {"nonce": nonce, "client_id": self._client_id, "access_token": token["access_token"]}
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _decoded(self, client: OAuth2Client, text: str) -> jwt.Token:
        """A key that isn't known yet may be new: the set is fetched again, once."""
        known = self._keys
        if known is not None:
            try:
                return jwt.decode(text, known, algorithms=ALGORITHMS)
            except JoseError:
                self._keys = None
        fresh = KeySet.import_key_set(self._read(client, str(self._metadata(client)["jwks_uri"])))
        decoded = jwt.decode(text, fresh, algorithms=ALGORITHMS)
        self._keys = fresh
        return decoded
