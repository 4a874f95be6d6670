"""An application made online, from sending in to being given back, corrected and withdrawn; and nobody else's eyes on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from tests.yichuang.cases.conftest import HallAtWork
from yichuang.applicants.account import Account
from yichuang.cases.draft import Content, Visitor
from yichuang.errors import (
    ActionRefused,
    AnswersInvalid,
    CaseMissing,
    Conflict,
    DraftMissing,
    InputRefused,
    ItemNotOpen,
    NotFound,
)

ITEM = "elderly_allowance"
PDF = b"%PDF-1.7 letter"
LIN = {"iss": "https://id.example", "sub": "1", "name": "林若溪", "id_type": "111", "id_no": "110107199001010021", "phone_number": "13900000001"}
HE = LIN | {"sub": "2", "name": "何志远", "id_no": "110107198512314217"}


@dataclass
class Applicant:
    hall: HallAtWork
    account: Account

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.hall.services.applicants.secret_of(self.account))

    def begin(self, item: str = ITEM, told: Any = None, situation: Any = None, **given: Any) -> str:
        """A draft filled in, with a file for every material there is."""
        chosen = situation or ({"handler": "agent", "agent_kind": "other"} if told else {"handler": "self"})
        template = self.hall.draft(item, situation=chosen, **given)
        content = self.hall.services.drafts.open(template, self.hall.who("clerk")).content
        applicant = {**(told or {"as": "self"}), "hall": "bajiao_hall"}
        draft = self.hall.services.drafts.start(item, self.visitor, Content(content.situation, content.answers, applicant))
        return draft.line.id

    def upload(self, draft: str, *codes: str) -> None:
        for code in codes:
            file = self.hall.services.cases._rooms.files.store(draft, f"{code}.pdf", PDF + code.encode())
            self.hall.services.uploads.add(draft, code, file)

    def upload_all(self, draft: str) -> None:
        item = self.hall.services.catalogue.current().get("item", ITEM)
        self.upload(draft, *(material["code"] for material in item["materials"]))

    def send(self, draft: str, revision: int = 1) -> str:
        return self.hall.services.cases.send_in(draft, revision, self.visitor, self.account)

    def view(self, case: str) -> dict[str, Any]:
        return self.hall.services.cases.public_view(case, self.account.id)

    def act(self, case: str, action: str, key: str = "k", **inputs: Any) -> None:
        self.hall.services.cases.act_public(case, action, inputs, self.account.id, key)


@pytest.fixture
def lin(hall: HallAtWork) -> Applicant:
    return Applicant(hall, hall.services.applicants.sign_in(LIN))


@pytest.fixture
def stranger(hall: HallAtWork) -> Applicant:
    return Applicant(hall, hall.services.applicants.sign_in(HE))


@pytest.fixture
def sent(lin: Applicant) -> str:
    """A case of Lin's for an elder, sent in as agent with a letter of authority."""
    draft = lin.begin(told=FOR_ELDER, **ELDER)
    lin.upload_all(draft)
    lin.send(draft)
    return draft


AGENT = {"name": "林若溪", "id_type": "111", "id_no": LIN["id_no"], "phone": "13900000001"}
ELDER = {"name": "苏桂兰", "id_no": "110107194509010011", "agent": AGENT}
FOR_ELDER = {"as": "agent", "principal": {"kind": "1", "name": "苏桂兰", "id_no": "110107194509010011", "phone": "13900000004"}}


def test_an_application_sent_in_by_an_agent_shows_both_and_is_in_the_agents_list(lin: Applicant, sent: str) -> None:
    view = lin.view(sent)
    assert (view["state"], view["channel"]) == ("submitted", "apply")
    assert (view["applicant"]["name"], view["agent"]["name"]) == ("苏*兰", "林*溪")
    assert [line["id"] for line in lin.hall.services.cases.of_account(lin.account.id)] == [sent]
    staff = lin.hall.view(sent, "manager")
    assert staff["agent"]["name"] == "林*溪"
    assert staff["steps"][0]["actor"] == f"applicant:{lin.account.id}"


def test_files_go_to_their_materials_with_the_grade_of_who_made_them(lin: Applicant, sent: str) -> None:
    materials = {material["code"]: material for material in lin.view(sent)["materials"]}
    assert materials["power_of_attorney"]["files"][0]["name"] == "power_of_attorney.pdf"
    assert {materials["power_of_attorney"]["grade"], materials["agent_id"]["grade"]} == {"D", "C"}
    assert lin.hall.services.uploads.of(sent) == {}
    name, content = lin.hall.services.cases.own_file(sent, materials["agent_id"]["files"][0]["digest"], lin.account)
    assert (name, content) == ("agent_id.pdf", PDF + b"agent_id")


def test_nothing_personal_lies_open_in_any_table(lin: Applicant, sent: str) -> None:
    tables = ("cases", "case_steps", "drafts", "draft_materials", "applicants", "audit_entries")
    with lin.hall.services.database.reading() as connection:
        kept = "".join(str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)
    for secret in ("林若溪", "苏桂兰", LIN["id_no"], "110107194509010011"):
        assert secret not in kept


def test_without_the_letter_of_authority_nobody_acts_for_another(lin: Applicant) -> None:
    draft = lin.begin(told=FOR_ELDER, **ELDER)
    with pytest.raises(InputRefused) as refused:
        lin.send(draft)
    assert "materials/authority_letter" in {problem["field"] for problem in refused.value.problems} or "materials/power_of_attorney" in {
        problem["field"] for problem in refused.value.problems
    }


def test_the_letter_has_its_place_where_the_item_names_none(lin: Applicant) -> None:
    draft = lin.begin(told=FOR_ELDER, situation={"handler": "self"}, **ELDER)
    lin.upload_all(draft)
    with pytest.raises(InputRefused, match="没有上传"):
        lin.send(draft)
    lin.upload(draft, "authority_letter")
    lin.send(draft)
    letter = next(material for material in lin.view(draft)["materials"] if material["code"] == "authority_letter")
    assert (letter["title"], letter["files"][0]["name"]) == ("授权委托书", "authority_letter.pdf")


def test_a_form_about_somebody_else_is_not_ones_own_application(lin: Applicant) -> None:
    draft = lin.begin(**ELDER)
    lin.upload_all(draft)
    with pytest.raises(InputRefused, match="不是同一人"):
        lin.send(draft)


def test_a_faulty_form_is_refused_by_field_and_nothing_is_opened(lin: Applicant) -> None:
    draft = lin.begin(told=FOR_ELDER, **ELDER)
    lin.upload_all(draft)
    content = lin.hall.services.drafts.open(draft, lin.visitor).content
    broken = Content(content.situation, {**content.answers, "phone": "12"}, content.applicant)
    lin.hall.services.drafts.save(draft, 1, broken, lin.visitor)
    with pytest.raises(AnswersInvalid):
        lin.send(draft, 2)
    assert list(lin.hall.services.cases.of_account(lin.account.id)) == []


def test_sent_in_twice_it_is_one_case_with_one_number(lin: Applicant, sent: str) -> None:
    number = lin.view(sent)["number"]
    assert lin.send(sent) == number
    assert lin.send(sent, 7) == number
    assert len(lin.hall.services.cases.of_account(lin.account.id)) == 1


def test_given_back_in_pre_review_it_is_changed_and_sent_again_under_its_number(lin: Applicant, sent: str) -> None:
    hall, number = lin.hall, lin.view(sent)["number"]
    hall.act(sent, "pre_return", "street", opinion="开户银行请写全称")
    view = lin.view(sent)
    assert (view["state"], view["opinion"][0]["value"]) == ("pre_returned", "开户银行请写全称")
    assert hall.services.cases.reopen(sent, lin.account, lin.visitor) == ITEM
    again = hall.services.drafts.open(sent, lin.visitor)
    assert again.line.state == "revising"
    changed = Content(again.content.situation, {**again.content.answers, "phone": "13900000088"}, again.content.applicant)
    hall.services.drafts.save(sent, again.line.revision, changed, lin.visitor)
    lin.upload(sent, "bank_card")
    assert lin.send(sent, again.line.revision + 1) == number
    view = lin.view(sent)
    assert (view["state"], view["answers"]["phone"]) == ("submitted", "13900000088")
    assert [step["action"] for step in view["steps"]] == ["submit", "pre_return", "resubmit"]
    assert len(hall.services.cases.files_of(sent)["power_of_attorney"]) == 1, "what was handed in before is still there"
    hall.act(sent, "pre_pass", "street")
    assert lin.view(sent)["state"] == "pre_passed"


def test_only_what_was_given_back_can_be_changed(lin: Applicant, sent: str) -> None:
    with pytest.raises(ActionRefused):
        lin.hall.services.cases.reopen(sent, lin.account, lin.visitor)
    with pytest.raises(Conflict):
        lin.hall.services.drafts.save(sent, 2, Content(), lin.visitor)


def test_while_changing_what_was_given_back_a_wrong_file_can_be_taken_out(lin: Applicant, sent: str) -> None:
    lin.hall.act(sent, "pre_return", "street", opinion="传错了")
    lin.hall.services.cases.reopen(sent, lin.account, lin.visitor)
    digest = lin.hall.services.cases.files_of(sent)["agent_id"][0]["digest"]
    lin.hall.services.cases.take_out(sent, "agent_id", digest, lin.account)
    assert "agent_id" not in lin.hall.services.cases.files_of(sent)


def test_a_reopened_draft_is_never_forgotten_with_its_case(lin: Applicant, sent: str) -> None:
    lin.hall.act(sent, "pre_return", "street", opinion="请修改")
    lin.hall.services.cases.reopen(sent, lin.account, lin.visitor)
    lin.hall.clock.at(12, 1)
    assert sent not in lin.hall.services.drafts.forget(lin.hall.clock.now())


@pytest.fixture
def correcting(lin: Applicant, sent: str) -> tuple[str, str]:
    hall = lin.hall
    hall.act(sent, "pre_pass", "street")
    hall.act(sent, "receive_online", "street")
    field = {"target": "field", "code": "phone", "title": "联系电话", "problem": "号码停用", "standard": "能接通的手机号"}
    paper = {"target": "material", "code": "agent_id", "title": "代理人身份证件", "problem": "照片模糊", "standard": "四角完整、字迹清楚"}
    hall.act(sent, "correct", "street", points=[field, paper], days=10)
    return sent, lin.view(sent)["corrections"][0]["id"]


def test_corrections_are_answered_point_by_point_and_handed_in_together(lin: Applicant, correcting: tuple[str, str]) -> None:
    case, correction = correcting
    cases = lin.hall.services.cases
    with pytest.raises(ActionRefused, match="没有答复"):
        lin.act(case, "answer_correction")
    cases.answer_own(case, correction, 1, {"text": "换了号码", "value": "13900000066"}, [], lin.account)
    told = cases.answer_own(case, correction, 2, {}, [("新照片.png", b"\x89PNG\r\n\x1a\n1")], lin.account)
    more = cases.answer_own(case, correction, 2, {"text": "重拍"}, [("反面.png", b"\x89PNG\r\n\x1a\n2")], lin.account)
    assert [len(told["files"]), len(more["files"])] == [1, 2]
    cases.take_from_answer(case, correction, 2, told["file"]["digest"], lin.account)
    lin.act(case, "answer_correction", "one")
    lin.act(case, "answer_correction", "one")
    view = lin.view(case)
    assert (view["state"], view["answers"]["phone"]) == ("received", "13900000066")
    names = [file["name"] for material in view["materials"] if material["code"] == "agent_id" for file in material["files"]]
    assert names == ["agent_id.pdf", "反面.png"]


def test_an_empty_answer_is_none(lin: Applicant, correcting: tuple[str, str]) -> None:
    with pytest.raises(InputRefused):
        lin.hall.services.cases.answer_own(*correcting, 1, {"text": " "}, [], lin.account)


def test_withdrawing_needs_a_reason_and_ends_the_case(lin: Applicant, sent: str) -> None:
    with pytest.raises(InputRefused):
        lin.act(sent, "withdraw")
    lin.act(sent, "withdraw", reason="改由本人到窗口办理")
    assert lin.view(sent)["state"] == "withdrawn"
    with pytest.raises(Conflict):
        lin.hall.services.cases.supplement(sent, "agent_id", "a.pdf", PDF, lin.account)


def test_what_may_follow_later_is_handed_in_until_it_was_received(lin: Applicant, sent: str) -> None:
    cases, hall = lin.hall.services.cases, lin.hall
    with hall.services.database.writing() as connection:
        connection.execute(text("UPDATE case_materials SET state = 'deferred' WHERE code = 'agent_id'"))
    file = cases.supplement(sent, "agent_id", "补交.pdf", PDF, lin.account)
    assert file in cases.files_of(sent)["agent_id"]
    with hall.services.database.writing() as connection:
        connection.execute(text("UPDATE case_materials SET state = 'received' WHERE code = 'agent_id'"))
    with pytest.raises(Conflict, match="已经收到"):
        cases.supplement(sent, "agent_id", "再来.pdf", PDF + b"2", lin.account)


def test_an_item_that_does_not_go_online_is_not_sent_in(lin: Applicant, republish: Callable[..., int]) -> None:
    republish("item", ITEM, lambda body: body["features"].update(online=False))
    draft = lin.begin(told=FOR_ELDER, **ELDER)
    lin.upload_all(draft)
    with pytest.raises(ItemNotOpen, match="预填码"):
        lin.send(draft)


def test_an_applicant_takes_no_step_of_the_staffs(lin: Applicant, sent: str) -> None:
    for action in ("pre_pass", "accept", "approve", "nonsense", "deem_accepted"):
        with pytest.raises(ActionRefused):
            lin.act(sent, action)


def test_somebody_elses_case_is_not_there_for_any_verb(lin: Applicant, stranger: Applicant, correcting: tuple[str, str]) -> None:
    (case, correction), cases, other = correcting, lin.hall.services.cases, stranger.account
    digest = cases.files_of(case)["agent_id"][0]["digest"]
    verbs: list[Callable[[], Any]] = [
        lambda: stranger.view(case),
        lambda: stranger.act(case, "withdraw", reason="x"),
        lambda: cases.answer_own(case, correction, 1, {"text": "x"}, [], other),
        lambda: cases.take_from_answer(case, correction, 1, digest, other),
        lambda: cases.supplement(case, "agent_id", "a.pdf", PDF, other),
        lambda: cases.own_file(case, digest, other),
        lambda: cases.reopen(case, other, stranger.visitor),
        lambda: cases.take_out(case, "agent_id", digest, other),
    ]
    for verb in verbs:
        with pytest.raises(CaseMissing):
            verb()
    with pytest.raises(DraftMissing):
        stranger.send(case)
    assert list(cases.of_account(other.id)) == []


def test_a_digest_that_is_not_of_the_case_gives_nothing(lin: Applicant, sent: str) -> None:
    with pytest.raises(NotFound):
        lin.hall.services.cases.own_file(sent, "0" * 64, lin.account)


def test_where_several_halls_take_it_in_the_applicant_chooses(lin: Applicant, sent: str) -> None:
    assert lin.hall.view(sent, "manager")["hall"] == "bajiao_hall"
    draft = lin.begin(told=FOR_ELDER, **ELDER)
    lin.upload_all(draft)
    content = lin.hall.services.drafts.open(draft, lin.visitor).content
    elsewhere = Content(content.situation, content.answers, FOR_ELDER | {"hall": "elsewhere"})
    lin.hall.services.drafts.save(draft, 1, elsewhere, lin.visitor)
    with pytest.raises(InputRefused) as refused:
        lin.send(draft, 2)
    assert refused.value.problems[0]["field"] == "hall"
