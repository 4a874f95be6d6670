"""What a password must be like (GB/T 22239: complexity, no default passwords)."""

import re
import secrets

from yichuang.errors import InputRefused

LENGTH = 10
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
_COMMON = ("password", "12345678", "qwertyui", "admin123", "abcd1234", "yichuang")
WORDS = f"至少 {LENGTH} 个字符，含大写字母、小写字母、数字、符号中的三种，不含账号名"


def refuse_weak(password: str, username: str) -> None:
    """Raises `InputRefused` with the reason in words."""
    reason = _fault(password, username)
    if reason:
        raise InputRefused(reason, problems=[{"field": "password", "message": reason}])


def _fault(password: str, username: str) -> str:
    if len(password) < LENGTH:
        return f"密码太短，至少 {LENGTH} 个字符"
    if len(password) > 128:
        return "密码太长，最多 128 个字符"
    if sum(bool(re.search(pattern, password)) for pattern in _CLASSES) < 3:
        return "密码须含大写字母、小写字母、数字、符号中的三种"
    if username.lower() in password.lower():
        return "密码不能含有账号名"
    return "密码过于常见，请换一个" if any(word in password.lower() for word in _COMMON) else ""


def initial() -> str:
    """A random first password, easy to read out."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    parts = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(2))
    return f"{next(parts).capitalize()}-{next(parts)}-{secrets.randbelow(9000) + 1000}"
