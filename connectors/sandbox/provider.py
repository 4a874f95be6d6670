"""The OpenID Connect provider of the sandbox: authorization code with PKCE (S256) and nonce; ID tokens by ES256 or RS256."""

import base64
import binascii
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import unquote_plus

from werkzeug.wrappers import Request, Response

from connectors.sandbox.faults import Faults
from connectors.sandbox.grants import Asked, Client, Grants
from connectors.sandbox.keys import ALGORITHMS, Keys
from connectors.sandbox.pages import json_answer
from connectors.sandbox.people import BY_SUB, claims_of

ID_TOKEN_SECONDS = 300
SCOPES = ("openid", "profile", "phone", "identity")


class Provider:
    """The endpoints programs talk to. `issuer` is the address it is served at, without a slash at the end."""

    def __init__(self, issuer: str, client: Client, grants: Grants, faults: Faults) -> None:
        self.issuer = issuer
        self.client = client
        self._grants = grants
        self._faults = faults
        self._keys = Keys()

    def discovery(self, _request: Request) -> Response:
        at = self.issuer
        return json_answer(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/jwks",
                "userinfo_endpoint": f"{at}/userinfo",
                "end_session_endpoint": f"{at}/end-session",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": list(ALGORITHMS),
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "scopes_supported": list(SCOPES),
                "authorization_response_iss_parameter_supported": True,
                "demonstration": True,
            }
        )

    def jwks(self, _request: Request) -> Response:
        return json_answer(self._keys.published())

    def token(self, request: Request) -> Response:
        if not self._knows(request):
            return json_answer({"error": "invalid_client"}, 401)
        form = request.form
        if form.get("grant_type") != "authorization_code":
            return json_answer({"error": "unsupported_grant_type"}, 400)
        redeemed = self._grants.redeem(form.get("code", ""), self.client.id, form.get("redirect_uri", ""), form.get("code_verifier", ""))
        if redeemed is None:
            return json_answer({"error": "invalid_grant"}, 400)
        asked, access = redeemed
        signed = self._keys.sign(self._id_claims(asked, access), self.client.algorithm, forged=self._faults.token == "signature")
        return json_answer({"access_token": access, "token_type": "Bearer", "expires_in": ID_TOKEN_SECONDS, "id_token": signed})

    def userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        sub = self._grants.holder(token) if scheme == "Bearer" else None
        return json_answer(claims_of(BY_SUB[sub])) if sub else json_answer({"error": "invalid_token"}, 401)

    def fault_in(self, asked: Asked, given: dict[str, str]) -> str:
        """Why an authorization request can't be served, as an OAuth error code; empty when it can."""
        if given.get("response_type") != "code":
            return "unsupported_response_type"
        if given.get("code_challenge_method") != "S256" or not asked.challenge or not asked.nonce or not asked.state:
            return "invalid_request"
        return "" if "openid" in given.get("scope", "").split() else "invalid_scope"

    def _knows(self, request: Request) -> bool:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        given, own = f"{unquote_plus(name)}:{unquote_plus(secret)}", f"{self.client.id}:{self.client.secret}"
        return scheme == "Basic" and secrets.compare_digest(given.encode(), own.encode())

    def _id_claims(self, asked: Asked, access: str) -> dict[str, Any]:
        now, wrong = int(time.time()), self._faults.token
        half = hashlib.sha256(access.encode()).digest()[:16]
        return {
            "iss": "http://elsewhere.invalid" if wrong == "issuer" else self.issuer,
            "sub": asked.sub,
            "aud": "somebody-else" if wrong == "audience" else asked.client,
            "exp": now - 3600 if wrong == "expired" else now + ID_TOKEN_SECONDS,
            "iat": now - 7200 if wrong == "expired" else now,
            "auth_time": now,
            "nonce": "another" if wrong == "nonce" else asked.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
