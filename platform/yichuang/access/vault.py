"""Personal data at rest: AES-256-GCM with the algorithm and key id beside the value, so that keys can be rotated."""

import base64
import hashlib
import hmac
import os
from binascii import a2b_base64
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from yichuang.errors import ConfigurationRefused

_MARK = "v1"


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"yichuang", info=purpose).derive(secret.encode())


class Vault:
    """`seal` and `open` text, bound to a context (`draft/<id>`), so that a sealed value can't be moved to another row.

    The sealed form is `v1.<key id>.<base64 nonce+ciphertext>`. Older secrets stay readable when passed as `former`.
    """

    def __init__(self, secret: str, former: Mapping[str, str] | None = None) -> None:
        self._id = hashlib.sha256(secret.encode()).hexdigest()[:8]
        secrets = {self._id: secret} | {
            hashlib.sha256(old.encode()).hexdigest()[:8]: old for old in (former or {}).values()
        }
        self._keys = {key_id: AESGCM(_derive(text, b"seal")) for key_id, text in secrets.items()}
        self._index_key = _derive(secret, b"index")

    def seal(self, plain: str, context: str) -> str:
        nonce = os.urandom(12)
        box = nonce + self._keys[self._id].encrypt(nonce, plain.encode(), context.encode())
        return f"{_MARK}.{self._id}.{base64.b64encode(box).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Raises `ConfigurationRefused` when no known key opens it: a wrong key must be seen at once."""
        return self.open_bytes(sealed.encode(), context).decode()

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """As `open`, without making text of it."""
        mark, key_id, box = sealed.split(b".", 2)
        key = self._keys.get(key_id.decode())
        if mark != _MARK.encode() or key is None:
            raise ConfigurationRefused(f"数据密钥 {key_id.decode()} 不在配置中，无法读取已加密的数据")
        raw = a2b_base64(box)
        try:
            return key.decrypt(raw[:12], raw[12:], context.encode())
        except InvalidTag as error:
            raise ConfigurationRefused("加密数据已损坏或被移动") from error

    def blind(self, value: str, purpose: str) -> str:
        """A keyed digest for looking values up without storing them (HMAC-SHA256, hex)."""
        return hmac.new(self._index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
