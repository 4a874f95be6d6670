"""A service is told to the city with its step, a review with its giving; double, forged, late and premature ones are refused in words."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.yichuang.reviews.conftest import BOTH, HallAtWork, given
from yichuang.direct import Clash
from yichuang.errors import ReviewDelayed, ReviewGiven, ReviewLate, ReviewLinkUnknown, ReviewRefused
from yichuang.outbox.message import DeliveryQuery
from yichuang.ports import SYSTEM
from yichuang.reviews.model import reviews, services_given
from yichuang.reviews.review import Given, Invitation, Picture

Served = Callable[[], Invitation]
JPEG = b"\xff\xd8\xff\xe1\x00\x08secret\xff\xda\x00\x02picture\xff\xd9"


def token(service: Invitation) -> str:
    return service.path.removeprefix("/r/")


@BOTH
def test_an_accepted_case_has_a_service_that_may_be_reviewed_and_its_record_waits_for_the_city(hall: HallAtWork, served: Served) -> None:
    service = served()
    assert (service.number, service.name, service.reviewed, service.place.window) == (2, "受理", False, "b12")
    found = hall.services.outbox.list(DeliveryQuery(target="city_reviews"))
    told = sorted((one.topic, one.step, one.version, one.place.department) for one in found)
    assert told == [("service", "SERVICE", 1, ""), ("service", "SERVICE", 2, "")]
    form = hall.services.reviews.open(token(service), "qr")
    assert form.service["name"] == "受理"
    assert len(form.tags) == 40


@BOTH
def test_a_review_and_its_message_are_one_and_go_after_the_service(hall: HallAtWork, served: Served) -> None:
    service = served()
    review = hall.services.reviews.give(token(service), given(2, tags=["214"], words=" 等了很久 "))
    assert (review.grade, review.tags, review.words, review.state, review.bad) == (2, ("214",), "等了很久", "valid", True)
    found = sorted(hall.services.outbox.list(DeliveryQuery(target="city_reviews")), key=lambda one: one.seq)
    assert [one.step for one in found] == ["SERVICE", "SERVICE", "REVIEW"]
    assert found[2].key.endswith("+REVIEW+2@city_reviews")
    with hall.services.database.reading() as connection:
        row = connection.execute(select(reviews)).one()
        sealed = str(connection.execute(select(services_given.c.body)).all())
    assert "等了很久" not in str(tuple(row))
    assert "演示" not in sealed


def test_the_same_sending_twice_is_one_review_and_another_is_refused(hall: HallAtWork, served: Served) -> None:
    service = served()
    first = hall.services.reviews.give(token(service), given(5))
    assert hall.services.reviews.give(token(service), given(5)).id == first.id
    with pytest.raises(ReviewGiven) as refused:
        hall.services.reviews.give(token(service), given(1, tags=["115"], key="page-2"))
    assert refused.value.title == "本次服务已存在评价，请勿重复评价"
    assert hall.services.reviews.anomalies.counts() == {"twice": 1}


def test_what_could_not_be_written_is_never_called_taken(hall: HallAtWork, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """One page's key on two services is two reviews; a clash for any other reason is told, so that the page sends it again."""
    one, other = served(), served()
    for service in (one, other):
        hall.services.reviews.give(token(service), given(5, key="the same key"))
    assert hall.services.reviews.counts() == (2, 2)
    third = served()
    def clash(_rows: object) -> None:
        raise Clash

    monkeypatch.setattr(hall.services.database, "insert_at_once", clash)
    with pytest.raises(ReviewDelayed):
        hall.services.reviews.give(token(third), given(5, key="another key"))


def test_whoever_has_the_link_learns_nothing_of_whether_somebody_reviewed(hall: HallAtWork, served: Served) -> None:
    """Staff have it too, on papers: the page is the same, and to ask otherwise is to review."""
    service = served()
    reviews_, link = hall.services.reviews, token(service)
    for fresh in (True, False):
        assert reviews_.open(link, "qr").service["number"] == service.number
        with pytest.raises(ReviewRefused):
            reviews_.give(link, given(1, key="probing"))
        assert reviews_.own(link, "probing") == ""
        if fresh:
            reviews_.give(link, given(5))
    assert reviews_.own(link, "page-1") == service.id
    hall.clock.moment = service.until + timedelta(days=9)
    for key in ("probing", "another"):
        with pytest.raises(ReviewLate):
            reviews_.give(link, given(5, key=key))
    with pytest.raises(ReviewLate):
        reviews_.open(link, "qr")
    assert reviews_.own(link, "page-1") == service.id, "the reply comes later than the last day to review"


def test_a_forged_link_shows_nothing_and_is_noted_once_a_day(hall: HallAtWork, served: Served) -> None:
    service = served()
    for wrong in ("x" * 22, token(service)[:-1] + "~", "", "../../etc"):
        with pytest.raises(ReviewLinkUnknown):
            hall.services.reviews.give(wrong, given())
    (anomaly,) = hall.services.reviews.anomalies.list()
    assert (anomaly.kind, anomaly.times, anomaly.subject) == ("signature", 4, "")


def test_the_last_day_is_in_time_and_the_next_is_late_unless_it_was_on_its_way(hall: HallAtWork, served: Served) -> None:
    service, other = served(), served()
    hall.clock.moment = service.until
    hall.services.reviews.open(token(service), "qr")
    hall.clock.moment = service.until + timedelta(seconds=1)
    with pytest.raises(ReviewLate):
        hall.services.reviews.open(token(service), "qr")
    with pytest.raises(ReviewLate, match=r"已过评价期限"):
        hall.services.reviews.give(token(service), given())
    with pytest.raises(ReviewLate):
        hall.services.reviews.give(token(service), given(at=service.until + timedelta(seconds=1)))
    kept = hall.services.reviews.give(token(other), given(at=other.until - timedelta(hours=1), key="other"))
    assert (kept.state, kept.anomaly, kept.at) == ("anomalous", "late", other.until - timedelta(hours=1))
    hall.services.reviews.judge(kept.id, True, "断网后送到，属实", SYSTEM)
    assert hall.services.reviews.anomalous() == []


def test_a_clock_that_was_set_back_loses_no_review(hall: HallAtWork, served: Served) -> None:
    service = served()
    hall.clock.moment = service.at - timedelta(hours=1)
    review = hall.services.reviews.give(token(service), given(4))
    assert (review.at, review.state, review.anomaly) == (service.at, "anomalous", "early")


@pytest.mark.parametrize(
    ("wrong", "words", "kind"),
    [
        (Given(2, key="k"), "请选一个标签", "empty"),
        (Given(1, words="   ", key="k"), "请选一个标签", "empty"),
        (Given(5, tags=["214"], key="k"), "“服务态度生硬”不属于所选等级", "tag_grade"),
        (Given(5, tags=["599"], key="k"), "已停用或不用于这个渠道", "tag_grade"),
        (Given(5, words="好" * 501, key="k"), "超出 1 个", "too_long"),
        (Given(6, key="k"), "请先选择一个等级", "empty"),
        (Given(5, pictures=[Picture(b"GIF89a")], key="k"), "第 1 张不是 JPG 或 PNG 图片", "picture"),
        (Given(5, pictures=[Picture(JPEG)] * 4, key="k"), "最多 3 张", "picture"),
        (Given(5, pictures=[Picture(JPEG + b"0" * 5 * 1024 * 1024)], key="k"), "超过 5 MB", "picture"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words_and_noted(hall: HallAtWork, served: Served, wrong: Given, words: str, kind: str) -> None:
    service = served()
    with pytest.raises(ReviewRefused, match=words):
        hall.services.reviews.give(token(service), wrong)
    assert hall.services.reviews.anomalies.counts() == {kind: 1}
    assert hall.services.reviews.counts() == (0, 0)


def test_pictures_are_kept_sealed_and_without_what_the_camera_wrote(hall: HallAtWork, served: Served) -> None:
    service = served()
    review = hall.services.reviews.give(token(service), given(5, pictures=[Picture(JPEG)]))
    (kept,) = review.pictures
    content = hall.services.reviews._rooms.pictures.read(service.id, kept["digest"])
    assert content.startswith(b"\xff\xd8\xff\xda")
    assert b"secret" not in content
    (path,) = [place for place in (Path(hall.services.settings.data_dir) / "files").rglob("*") if place.name == kept["digest"]]
    assert b"picture" not in path.read_bytes()


def test_a_call_is_recorded_by_somebody_else_with_its_time_and_marked(hall: HallAtWork, served: Served) -> None:
    service, record = served(), hall.services.reviews.record
    said = Given(2, words="电话里说等太久", channel="phone", key="call", at=service.at + timedelta(hours=1))
    hall.clock.moment = service.at + timedelta(hours=2)
    with pytest.raises(ReviewRefused, match="不能代录对自己的评价"):
        record(service.id, said, hall.who("clerk"))
    with pytest.raises(ReviewRefused, match="早于服务完成"):
        record(service.id, Given(5, channel="phone", key="k", at=service.at - timedelta(minutes=1)), hall.who("manager"))
    with pytest.raises(ReviewRefused, match="还没有到"):
        record(service.id, Given(5, channel="sms", key="k", at=service.at + timedelta(hours=5)), hall.who("manager"))
    review = record(service.id, said, hall.who("manager"))
    assert (review.channel, review.recorded_by, review.at) == ("phone", "manager", service.at + timedelta(hours=1))
    assert hall.services.reviews.anomalies.counts() == {"early": 1}


def test_silence_is_no_review_unless_the_rules_say_so_and_then_it_is_marked(
    hall: HallAtWork, served: Served, republish: Callable[..., int]
) -> None:
    service = served()
    hall.clock.moment += timedelta(days=8)
    assert hall.services.reviews.default_silent() == 0
    republish("review", "standard", lambda body: body.update(default_review={"enabled": True, "after_days": 7, "grade": 3}))
    assert hall.services.reviews.default_silent() == 0, "what was written in time may still be on its way"
    hall.clock.moment += timedelta(days=3)
    assert hall.services.reviews.default_silent() == 2
    assert hall.services.reviews.default_silent() == 0
    assert hall.services.reviews.counts() == (2, 0)
    with pytest.raises(ReviewLate):
        hall.services.reviews.give(token(service), given())
    with pytest.raises(ReviewLate):
        hall.services.reviews.open(token(service), "qr")


def test_a_tag_for_the_counter_alone_is_offered_and_taken_there_alone(hall: HallAtWork, served: Served, republish: Callable[..., int]) -> None:
    more = [{"code": code, "grade": int(code[0]), "title": "排队时间长", "channels": ["counter"]} for code in ("215", "116")]
    republish("review", "standard", lambda body: body["tags"].extend(more))
    service = served()
    offered = {channel: {tag["code"] for tag in hall.services.reviews.open(token(service), channel).tags} for channel in ("counter", "qr")}
    assert {"215", "116"} <= offered["counter"]
    assert not {"215", "116"} & offered["qr"]
    with pytest.raises(ReviewRefused, match="不用于这个渠道"):
        hall.services.reviews.give(token(service), given(2, tags=["215"], channel="qr"))
    assert hall.services.reviews.give(token(service), given(2, tags=["215"], channel="counter")).tags == ("215",)


def test_bad_reviews_are_told_and_every_event_is_plain(hall: HallAtWork, served: Served) -> None:
    told: list[str] = []
    hall.services.reviews.tell(lambda review: told.append(review.id) or ())
    good, poor = served(), served()
    hall.services.reviews.give(token(good), given(3, key="a"))
    bad = hall.services.reviews.give(token(poor), given(1, words="慢", key="b"))
    assert told == [bad.id]
