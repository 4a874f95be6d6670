"""Members of staff and failed log-ins. These tables belong to Flask-AppBuilder's metadata; `admin.initialise` makes them."""

from datetime import UTC, datetime

from flask_appbuilder import Model
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Boolean, Column, DateTime, Integer, String
from sqlalchemy.orm import Mapped, mapped_column


class Member(User):
    """A member of staff. `last_name` and `first_name` make the name that pages show."""

    __tablename__ = "ab_user"
    must_change: Mapped[bool | None] = mapped_column(Boolean, default=False, nullable=True)

    @property
    def title(self) -> str:
        return f"{self.last_name}{self.first_name}" or str(self.username)


class SignInFailure(Model):
    """Failures in a row for one account name, known or not. `name` is a keyed digest: mistyped names may be passwords."""

    __tablename__ = "sign_in_failures"
    name = Column(String(64), primary_key=True)
    count = Column(Integer, nullable=False)
    last_at = Column(DateTime(timezone=False), nullable=False)


def utc(moment: datetime) -> datetime:
    """Naive UTC, as both databases keep it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
