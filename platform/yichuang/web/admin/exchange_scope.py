"""What the pages of the exchange (数据交换) share: whose messages a member sees and settles, targets in words, who may look after them."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import request

from yichuang.access.grants import Reach
from yichuang.entrustment.places import compile_places
from yichuang.exchange.targets import Target, compile_targets
from yichuang.outbox.message import INBOX
from yichuang.services import Services
from yichuang.web.admin.page import Page
from yichuang.web.session import grants, member

SEE, SETTLE = "delivery.manage", "exchange.manage"
INBOX_TITLE = "部门收件箱（平台内）"


def seeing() -> Reach:
    """Whose messages the member sees."""
    return grants().reach(SEE) | grants().reach(SETTLE)


def settling() -> Reach:
    """Whose exceptions the member settles: corrects, retries, gives up, assigns; sends again."""
    return grants().reach(SETTLE)


def steers(target: Target | None, reach: Reach) -> bool:
    """Whether a whole target is the member's: all of them, or one for their own departments only."""
    departments = target.departments if target else frozenset()
    if target is not None and target.carries_reviews:
        return reach.everything and not reach.placed
    return reach.everything or bool(departments and departments <= reach.departments)


def concerns(target: Target, reach: Reach) -> bool:
    """Whether a target may have messages within reach: a hall's cases may go to any of them. When reviews go to the city, is nothing for a part."""
    if target.carries_reviews:
        return reach.everything and not reach.placed
    if reach.everything or reach.halls or reach.streets:
        return True
    return bool(reach.departments) and (not target.departments or bool(target.departments & reach.departments))


class ExchangePage(Page):
    """A page of the family; the menu shows one entry for all."""

    menu_name = "Syncing"

    @property
    def known(self) -> Mapping[str, Target]:
        """Of the release in force."""
        return self.services.catalogue.current().compiled(compile_targets, "").all

    def targets(self) -> dict[str, str]:
        """Titles of the targets whose messages are within reach, the inbox included."""
        reach = seeing()
        return {INBOX: INBOX_TITLE, **{code: target.title for code, target in self.known.items() if concerns(target, reach)}}

    def target_title(self, code: str) -> str:
        return INBOX_TITLE if code == INBOX else self.known[code].title if code in self.known else code

    def departments(self) -> dict[str, str]:
        """All departments' short titles."""
        found = self.services.catalogue.current().compiled(compile_places, "").departments
        return {code: str(body.get("short_title") or body["title"]) for code, body in found.items()}

    def people(self) -> list[tuple[str, str]]:
        """Who may settle exceptions: account and name, oneself first."""
        roles = self.services.authority.roles()
        own = member().name
        able = {code for code, role in roles.items() if SETTLE in role.powers}
        found = [(user.username, user.title) for user in self.accounts.all() if user.active and able & {role.name for role in user.roles}]
        return sorted(found, key=lambda pair: (pair[0] != own, pair[1]))


def days_asked(services: Services, before: int = 13) -> tuple[date, date]:
    """The range in the address, else the last two weeks."""
    today = services.clock.now().date()
    until = min(day_of(request.values.get("until")) or today, today)
    since = day_of(request.values.get("since")) or until - timedelta(days=before)
    return min(since, until), max(since, until)


def day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
