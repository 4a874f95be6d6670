"""Questions kept under a name."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from yichuang.database import Database
from yichuang.errors import Conflict, InputRefused, NotFound
from yichuang.ports import Actor, Clock
from yichuang.statistics.asking import FreeQuestion, question_of
from yichuang.statistics.model import saved_questions

LONGEST_NAME, MOST = 60, 100


class SavedQuestions:
    """A member's own, and those that others share."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self, who: Actor) -> Sequence[Mapping[str, Any]]:
        """`{id, name, owner, mine, shared, question}`, by name."""
        mine = or_(saved_questions.c.owner == who.name, saved_questions.c.shared)
        with self._database.reading() as connection:
            rows = connection.execute(select(saved_questions).where(mine).order_by(saved_questions.c.name)).all()
        return [
            {"id": row.id, "name": row.name, "owner": row.owner, "mine": row.owner == who.name, "shared": row.shared}
            | {"question": json.loads(row.body)}
            for row in rows
        ]

    def save(self, who: Actor, name: Any, question: FreeQuestion, shared: bool) -> str:
        """The id. Raises `InputRefused` for an unfit name or too many, `Conflict` when the name is taken."""
        if not isinstance(name, str) or not 0 < len(name := name.strip()) <= LONGEST_NAME:
            raise InputRefused("请给查询起名", problems=[{"field": "name", "message": f"名称须为 1–{LONGEST_NAME} 个字"}])
        if sum(found["mine"] for found in self.all(who)) >= MOST:
            raise InputRefused(f"最多保存 {MOST} 个查询，请先删除不用的")
        question_of(question.as_dict())
        row = {"id": str(uuid.uuid4()), "owner": who.name, "name": name, "shared": shared, "updated_at": self._clock.now()}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(saved_questions), row | {"body": json.dumps(question.as_dict(), ensure_ascii=False)})
        except IntegrityError as error:
            raise Conflict(f"您已有名为“{name}”的查询，请换一个名称") from error
        return str(row["id"])

    def remove(self, who: Actor, question_id: str) -> None:
        """Only one's own. Raises `NotFound`."""
        own = (saved_questions.c.id == question_id) & (saved_questions.c.owner == who.name)
        with self._database.writing() as connection:
            if not connection.execute(delete(saved_questions).where(own)).rowcount:
                raise NotFound
