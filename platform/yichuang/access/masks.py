"""Masking for screens and lists (domain rule: 姓名张*三, 证件前 6 后 4, 手机 138****5678)."""


def mask_name(name: str) -> str:
    if len(name) <= 1:
        return "*" * len(name)
    return name[0] + "*" * (len(name) - 2) + name[-1] if len(name) > 2 else name[0] + "*"


def mask_id(number: str) -> str:
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) > 10 else "*" * len(number)


def mask_phone(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "*" * max(len(phone) - 2, 0) + phone[-2:]
