"""Signing keys of the sandbox's provider, new at every start, and the tokens they sign."""

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

ALGORITHMS = ("ES256", "RS256")


class Keys:
    """One key for each algorithm, and a third nobody publishes: with it a forged signature can be shown."""

    def __init__(self) -> None:
        es = ECKey.generate_key("P-256", {"kid": "sandbox-es256", "use": "sig", "alg": "ES256"})
        rs = RSAKey.generate_key(2048, {"kid": "sandbox-rs256", "use": "sig", "alg": "RS256"})
        self._own: Mapping[str, ECKey | RSAKey] = {"ES256": es, "RS256": rs}
        self._strange = ECKey.generate_key("P-256", {"kid": "sandbox-es256"})

    def published(self) -> dict[str, Any]:
        return dict(KeySet(list(self._own.values())).as_dict(private=False))

    def sign(self, claims: dict[str, Any], algorithm: str, *, forged: bool = False) -> str:
        key = self._own[algorithm]
        header = {"alg": "ES256" if forged else algorithm, "kid": key.kid}
        return jwt.encode(header, claims, self._strange if forged else key, algorithms=list(ALGORITHMS))
