"""The words of notice (告知书) and letter (承诺书), made from the definitions (domain 3.4), and their hash."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from yichuang.commitment.compiled import CompiledCommitment
from yichuang.commitment.terms import MODES, RISKS, UNITS, Paragraphs, Stand, Text, spoken
from yichuang.ports import Party
from yichuang.rules import dates


def notice_text(made: CompiledCommitment, replaced: Sequence[Stand], deferred: Sequence[Stand]) -> Text:
    """What the authority tells before the applicant decides."""
    return tuple(part for part in _notice(made, replaced, deferred) if part.lines)


def _notice(made: CompiledCommitment, replaced: Sequence[Stand], deferred: Sequence[Stand]) -> Iterator[Paragraphs]:
    item, body = made.item.body, made.body
    yield Paragraphs("办理事项", (str(item["title"]),))
    yield Paragraphs("设定依据", tuple(f"《{law['law']}》{law.get('article', '')}" for law in item.get("legal_basis", ())))
    if made.kind in ("license", "approval"):
        yield Paragraphs("应当符合的条件", tuple(item.get("accept_conditions", ())), numbered=True)
    yield Paragraphs("承诺后不用提交的材料", tuple(stand.title for stand in replaced), numbered=True)
    yield Paragraphs("承诺后可以后补的材料", tuple(later(stand) for stand in deferred), numbered=True)
    yield Paragraphs("告知内容", made.clauses("notice_clauses"), numbered=True)
    yield Paragraphs("不适用的情形", (body["excluded_note"],) if body.get("excluded_note") else ())
    yield Paragraphs("事后核查", (verification_words(body["verification"]),))
    yield Paragraphs("承诺书的公开", (publicity_words(body.get("publicity")),))
    yield Paragraphs("承诺方式", ("书面承诺：在窗口的签字板上或者登录后在网上手写签署，与纸质承诺书具有同等效力。",))
    yield Paragraphs("告知机关", _agency(made))


def later(stand: Stand) -> str:
    """A deferred material with its term."""
    return f"{stand.title}（受理后 {stand.days} {UNITS[stand.unit]}内补交）"


def verification_words(spec: Any) -> str:
    """How it is looked at afterwards, as the notice tells it."""
    if spec["risk"] == "none":
        return "本事项免予例行核查；有举报或者其他线索的，行政机关可以核查。"
    share = f"按 {spec.get('sample_percent', 10)}% 的比例抽查" if spec["risk"] == "sample" else RISKS[spec["risk"]]
    due = f"，自作出决定之日起 {spoken(spec['due'])}内完成" if spec.get("due") else ""
    people = f"，由不少于 {least_inspectors(spec)} 名工作人员进行" if spec["mode"] == "on_site" else ""
    return f"行政机关以{MODES[spec['mode']]}方式{share}{due}{people}。"


def least_inspectors(spec: Any) -> int:
    """On site never fewer than two (domain 2.1, article 34)."""
    return max(int(spec.get("inspectors", 2)), 2) if spec["mode"] == "on_site" else int(spec.get("inspectors", 1))


def publicity_words(spec: Any) -> str:
    """Whether the letter is published, and how far."""
    if not spec or not spec["published"]:
        return "承诺书不对外公开。"
    return f"承诺书向社会公开，接受监督。{spec.get('scope', '')}"


def _agency(made: CompiledCommitment) -> tuple[str, ...]:
    item, agency = made.item.body, made.general.get("agency", {})
    department = made.book.get("item.department")
    name = (department.options or {}).get(item.get("department", "")) if department else None
    told = item.get("contact") or "，".join(agency[key] for key in ("contact", "phone") if agency.get(key))
    return tuple(line for line in (name, f"联系方式：{told}" if told else None) if line)


def letter_text(made: CompiledCommitment, applicant: Party, deferred: Sequence[Stand], today: date) -> Text:
    """What the applicant signs. Holds personal data: seal it."""
    who = [f"承诺人：{applicant.name}", f"证件号码：{applicant.id_no}"]
    who += [f"法定代表人（负责人）：{applicant.legal_rep}"] if applicant.legal_rep else []
    who += [f"联系电话：{applicant.phone}"] if applicant.phone else []
    parts = [
        Paragraphs("承诺人", tuple(who)),
        Paragraphs("承诺事项", (f"申请办理“{made.item.body['title']}”，自愿选择{made.body['title']}。",)),
        Paragraphs("承诺内容", made.clauses("letter_clauses"), numbered=True),
        Paragraphs("按期补交的材料", tuple(later(stand) for stand in deferred), numbered=True),
        Paragraphs("日期", (dates.spoken(today.isoformat()),)),
    ]
    return tuple(part for part in parts if part.lines)


def text_hash(text: Text) -> str:
    """SHA-256 (hex) of the text's canonical JSON."""
    plain = json.dumps([part.as_dict() for part in text], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def text_json(text: Text) -> str:
    return json.dumps([part.as_dict() for part in text], ensure_ascii=False)


def text_of(stored: str) -> Text:
    return tuple(Paragraphs(part["title"], tuple(part["lines"]), part.get("numbered", False)) for part in json.loads(stored))
