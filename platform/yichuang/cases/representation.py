"""Who applies online, and for whom: oneself, one's own organisation, or somebody else with a letter of authority."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.applicants.account import CREDIT_CODE, IDENTITY_CARD, Account, number_fault
from yichuang.cases.parties import parties_of
from yichuang.errors import InputRefused
from yichuang.ports import Body, Party
from yichuang.rules.national import phone_fault, tidy_number, tidy_phone

SELF, AGENT = "self", "agent"
PARTS = ("name", "kind", "id_type", "id_no", "phone", "legal_rep")
TITLES = {"name": "姓名或名称", "kind": "类型", "id_no": "证件号码", "phone": "联系电话", "legal_rep": "法定代表人或负责人"}
KINDS = frozenset("123456")
PRINCIPAL = "principal"


def parties_online(account: Account, told: Mapping[str, Any]) -> tuple[Party, Party | None]:
    """Applicant and agent by the account's word and, for somebody else, by what was typed: `told` is `{as, principal?}`.

    Of an organisation that applies for itself the agent is its operator. Raises `InputRefused` naming each field.
    """
    way = told.get("as")
    if way == SELF:
        return account.party, account.identity.operator
    if way != AGENT:
        _refuse([("as", "请选择为谁办理")])
    principal = _principal(told.get(PRINCIPAL))
    problems = list(_faults(principal))
    if principal.key and principal.key == account.acting.key:
        problems.append((f"{PRINCIPAL}/id_no", "这是您本人的证件号码；本人办理请选“本人办理”"))
    _refuse(problems)
    return principal, account.acting


def _principal(raw: object) -> Party:
    given = raw if isinstance(raw, Mapping) else {}
    values = {part: str(given.get(part) or "").strip()[:200] for part in PARTS}
    person = values["kind"] == "1"
    values["id_type"] = values["id_type"] or (IDENTITY_CARD if person else CREDIT_CODE)
    return Party(**values | {"id_no": tidy_number(values["id_no"]), "phone": tidy_phone(values["phone"])})


def _faults(party: Party) -> Iterator[tuple[str, str]]:
    needed = ("name", "id_no", "phone") if party.kind == "1" else ("name", "id_no", "phone", "legal_rep")
    if party.kind not in KINDS:
        yield f"{PRINCIPAL}/kind", "请选择被代理人的类型"
    for part in needed:
        if not getattr(party, part):
            yield f"{PRINCIPAL}/{part}", f"请填写被代理人的{TITLES[part]}"
    if party.id_no and number_fault(party):
        yield f"{PRINCIPAL}/id_no", f"{number_fault(party)}，请核对"
    if party.phone and phone_fault(party.phone):
        yield f"{PRINCIPAL}/phone", "电话号码不对，请填手机号或带区号的固定电话"


def refuse_nowhere(offered: Sequence[str], chosen: object) -> None:
    """Where several halls take the item in, the applicant says which. Raises `InputRefused`."""
    if len(offered) > 1 and chosen not in offered:
        _refuse([("hall", "请选择由哪里受理")])


def refuse_strangers(form: Body | None, answers: Mapping[str, Any], party: Party, agent: Party | None) -> None:
    """The form and the log-in must speak of the same people. Raises `InputRefused` with what to do."""
    written, named = parties_of(form, answers)
    problems = []
    if _differ(written, party):
        problems.append(("as", "申请表里的申请人与这里的申请人不是同一人，请改申请表，或改选为谁办理"))
    if agent is not None and named is not None and _differ(named, agent):
        problems.append(("as", "申请表里的代理人与登录人不是同一人，请改申请表，或由代理人本人登录办理"))
    _refuse(problems)


def _differ(written: Party, known: Party) -> bool:
    if written.id_no and known.id_no:
        return written.key != known.key
    return bool(written.name) and written.name.replace(" ", "") != known.name.replace(" ", "")


def _refuse(problems: list[tuple[str, str]]) -> None:
    if problems:
        told = [{"field": field, "message": message} for field, message in problems]
        raise InputRefused("；".join(message for _field, message in problems), problems=told)
