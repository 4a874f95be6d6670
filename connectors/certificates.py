"""Why another system's certificate was not accepted, in words that operators can act on."""

import ssl

_KNOWN = {
    9: "证书还没有生效",
    10: "证书已过期",
    18: "证书是自签的，不在信任之列",
    19: "签发机构不在信任之列",
    20: "签发机构不在信任之列",
    62: "证书不是发给这个名称的",
    64: "证书不是发给这个地址的",
}
"""By OpenSSL's number (`X509_V_ERR_…`)."""


def told(whose: str, error: ssl.SSLCertVerificationError) -> str:
    why = _KNOWN.get(error.verify_code, f"核对没有通过，编号 {error.verify_code}")
    return f"{whose}的名称或证书不符：{why}，内容没有发出"
