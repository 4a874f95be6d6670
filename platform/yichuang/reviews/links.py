"""The link to review one service: nobody can guess it, nothing at rest gives it away, and whoever knows the key of the data can make it again."""

import base64
import re

from yichuang.access.vault import Vault

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class Links:
    """A token is a keyed digest of case and service number (128 bits); what is stored is a keyed digest of the token."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def token(self, case_id: str, number: int) -> str:
        digest = bytes.fromhex(self._vault.blind(f"{case_id}/{number}", "review-link"))
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def path(self, case_id: str, number: int) -> str:
        return f"/r/{self.token(case_id, number)}"

    def hash(self, token: str) -> str:
        """What to look a token up by; empty for what can't be one."""
        return self._vault.blind(token, "review-token") if _TOKEN.fullmatch(token) else ""
