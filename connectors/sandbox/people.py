"""Invented persons and enterprises. Their numbers are well-formed and belong to nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REFUSES, EXPIRED = "refuses", "expired"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who can be logged in. `kind` as in the code table `target_type`; `id_type` 111 identity card, 001 credit code."""

    sub: str
    name: str
    id_no: str
    phone: str
    kind: str = "1"
    id_type: str = "111"
    legal_rep: str = ""
    operator: str = ""
    temper: str = ""

    @property
    def enterprise(self) -> bool:
        return self.kind != "1"

    @property
    def said(self) -> str:
        """The second line on the log-in page: what tells this one from the others."""
        if self.temper == REFUSES:
            return "演示：不同意提供信息"
        if self.temper == EXPIRED:
            return "演示：登录会话已过期"
        shown = f"{self.id_no[:6]}********{self.id_no[-4:]}"
        return f"统一社会信用代码 {self.id_no}" if self.enterprise else f"居民身份证 {shown}"


PEOPLE = (
    Subject("p-1001", "林若溪", "110107199001010021", "13900000001"),
    Subject("p-1002", "周子衡", "110107199001010013", "13900000002"),
    Subject("p-1003", "何志远", "110107198512314217", "13900000003"),
    Subject("p-1004", "苏桂兰", "110107196308154560", "13900000004"),
    Subject("e-2001", "北京京西小厨餐饮有限公司", "91110107MA0TERT167", "01068000001", "2", "001", "何志远", "p-1001"),
    Subject("e-2002", "石景山区槐荫便利店", "92110107MA0AAAA1XU", "01068000002", "6", "001", "周子衡", "p-1002"),
    Subject("e-2003", "石景山区晨曦社区服务中心", "52110107MJ00000187", "01068000003", "4", "001", "苏桂兰", "p-1002"),
    Subject("p-1005", "严守一", "11010719900307001X", "13900000005", temper=REFUSES),
    Subject("p-1006", "时光远", "110107200002290016", "13900000006", temper=EXPIRED),
)
BY_SUB: Mapping[str, Subject] = {person.sub: person for person in PEOPLE}


def claims_of(person: Subject) -> dict[str, Any]:
    """What the userinfo endpoint says of somebody."""
    said: dict[str, Any] = {
        "sub": person.sub,
        "name": person.name,
        "phone_number": person.phone,
        "subject_kind": person.kind,
        "id_type": person.id_type,
        "id_no": person.id_no,
    }
    if person.enterprise:
        operator = BY_SUB[person.operator]
        said["legal_rep"] = person.legal_rep
        said["operator"] = {"name": operator.name, "id_type": operator.id_type, "id_no": operator.id_no, "phone_number": operator.phone}
    return said
