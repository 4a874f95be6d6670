"""What is wrong with some reviews (数据异常, domain 6.8): noted, listed, settled. Noting never fails what was going on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import Conflict, InputRefused, NotFound
from yichuang.ports import Actor, Clock
from yichuang.reviews.model import review_anomalies

OPEN, SETTLED = "open", "settled"
NO_SERVICE, UNKNOWN_CASE, EARLY, DISAGREES, TWICE, LATE, TOO_LONG, FORGED = (
    "no_service", "unknown_case", "early", "tag_grade", "twice", "late", "too_long", "signature",
)  # fmt: skip
PICTURE, EMPTY = "picture", "empty"


@dataclass(frozen=True, slots=True)
class Kind:
    """`handling`: what the platform does by itself, `remedy`: what people do."""

    title: str
    handling: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    NO_SERVICE: Kind("评价先于服务到达", "同一办件的服务记录总是先发；对方说没有服务的评价停下，不再重试", "补送服务记录，再重发评价"),
    UNKNOWN_CASE: Kind("办件不存在", "代录时查不到办件编号的当场退回，不落库", "核对办件编号后重新代录"),
    EARLY: Kind("时间早于服务", "代录的当场退回；服务器时钟被调回时，评价照收，时间记为服务时间，列为待核", "核对时钟；确认后置为有效"),
    DISAGREES: Kind("等级与标签不符", "当场退回并说明；页面只显示所选等级的标签", "无需处理；反复出现时检查对接程序"),
    TWICE: Kind("重复评价", "以先到的为准，后来的不计；同一次提交重复到达只算一次", "同一服务反复出现时，查看是否有人冒评"),
    LATE: Kind("超过评价期限", "当场退回；期限内写好、断网后才送到的照收，列为待核", "核对后置为有效或无效"),
    TOO_LONG: Kind("内容过长", "文字超过规定字数的当场退回，并说明超出多少", "无需处理"),
    FORGED: Kind("链接或签名不符", "伪造、残缺的链接不显示任何内容；对方不认可签名的按规则重试", "伪造链接集中时查来源；签名不符核对密钥和时钟"),
    PICTURE: Kind("图片不符合要求", "不是图片、过大、过多的当场退回", "无需处理"),
    EMPTY: Kind("差评没有理由", "差评须选一个标签或写明原因，当场退回", "无需处理"),
}
"""Every kind, with what is done about it."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    id: str
    kind: str
    subject: str
    day: date
    times: int
    source: str
    words: str
    state: str
    first_at: datetime
    last_at: datetime
    settled_by: str
    settled_at: datetime | None
    note: str

    @property
    def about(self) -> Kind:
        return KINDS[self.kind]


class Anomalies:
    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database, self._audit, self._clock = database, audit, clock

    def note(self, kind: str, subject: str, source: str, words: str) -> None:
        """One more of a kind, about a service or none; of the same day one row. `words` without anything personal."""
        now, columns = self._clock.now(), review_anomalies.c
        same = (columns.kind == kind) & (columns.subject == subject) & (columns.day == now.date())
        more = update(review_anomalies).where(same).values(times=columns.times + 1, last_at=now, words=words[:300], state=OPEN)
        with self._database.writing() as connection:
            if connection.execute(more).rowcount:
                return
        fresh = {
            "id": str(uuid.uuid4()), "kind": kind, "subject": subject, "day": now.date(), "times": 1, "source": source, "words": words[:300],
            "state": OPEN, "first_at": now, "last_at": now,
        }  # fmt: skip
        try:
            with self._database.writing() as connection:
                connection.execute(insert(review_anomalies), fresh)
        except IntegrityError:
            with self._database.writing() as connection:
                connection.execute(more)

    def list(self, *, state: str = "", kind: str = "", limit: int = 200) -> Sequence[Anomaly]:
        """The latest first."""
        columns = review_anomalies.c
        chosen = [column == value for column, value in ((columns.state, state), (columns.kind, kind)) if value]
        query = select(review_anomalies).where(*chosen).order_by(columns.last_at.desc(), columns.id).limit(limit)
        with self._database.reading() as connection:
            return [Anomaly(*row) for row in connection.execute(query)]

    def counts(self) -> Mapping[str, int]:
        """Open ones by kind."""
        columns = review_anomalies.c
        query = select(columns.kind, func.count()).where(columns.state == OPEN).group_by(columns.kind)
        with self._database.reading() as connection:
            return {str(kind): int(count) for kind, count in connection.execute(query)}

    def settle(self, anomaly_id: str, note: str, actor: Actor) -> None:
        """Raises `NotFound`, `Conflict` when somebody did already, `InputRefused` without words."""
        note = note.strip()
        if not 2 <= len(note) <= 300:
            raise InputRefused("请写明处理情况", problems=[{"field": "note", "message": "2 至 300 个字"}])
        columns, values = review_anomalies.c, {"state": SETTLED, "settled_by": actor.name, "settled_at": self._clock.now(), "note": note}
        with self._database.writing() as connection:
            done = update(review_anomalies).where((columns.id == anomaly_id) & (columns.state == OPEN)).values(**values)
            if not connection.execute(done).rowcount:
                known: Any = connection.execute(select(columns.id).where(columns.id == anomaly_id)).first()
                raise Conflict("已经有人处理了") if known else NotFound("没有这条异常")
            self._audit.note(actor, "review.anomaly_settled", "review_anomaly", anomaly_id, within=connection)
