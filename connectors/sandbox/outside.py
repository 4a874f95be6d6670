"""The other systems of the sandbox city: two departments, the city bus, the review platform; a page of what each has, switches for their faults."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from connectors.sandbox import alerts, mischief
from connectors.sandbox import bus as bus_module
from connectors.sandbox import front as front_module
from connectors.sandbox.alerts import DutyOffice
from connectors.sandbox.bureau import SHAPES, Bureau
from connectors.sandbox.bus import BusClient
from connectors.sandbox.front import FrontReader
from connectors.sandbox.pages import page
from connectors.sandbox.received import Store
from connectors.sandbox.reviews import WRONG_SIGNATURE, ReviewCity

SHOWN = 30
PAGE = "/departments"
REVIEW_MODES = {**mischief.MODES, WRONG_SIGNATURE: "不认签名（怎样签都说不符）"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the page."""

    at: str
    key: str
    words: str
    times: int
    body: str


class Outside:
    """`front`, `bus` and `reviews` may be missing where only the bureau is wanted."""

    def __init__(
        self, bureau: Bureau, front: FrontReader | None = None, bus: BusClient | None = None, reviews: ReviewCity | None = None,
        duty: DutyOffice | None = None,
    ) -> None:  # fmt: skip
        self.bureau, self.front, self.bus, self.reviews, self.duty = bureau, front, bus, reviews, duty

    @classmethod
    def of(cls, folder: Path, secret: str, front_url: str, platform: str, bus_key: str, mail_port: int = 0) -> "Outside":
        """All of them, with their files in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        path = str(folder / "sandbox-received.sqlite3")
        bus = BusClient(Store(path, "bus"), platform, bus_key)
        duty = DutyOffice(Store(path, "alerts"), secret, mail_port)
        return cls(Bureau(Store(path, "bureau"), secret), FrontReader(front_url), bus, ReviewCity(Store(path, "reviews"), secret), duty)

    def start(self) -> "Outside":
        for one in (self.front, self.bus, self.duty):
            if one is not None:
                one.start()
        return self

    def stop(self) -> None:
        for one in (self.front, self.bus, self.duty):
            if one is not None:
                one.stop()

    # ------------------------------------------------------------------ pages

    def rules(self) -> list[Rule]:
        return [
            Rule("/bureau/cases", endpoint="bureau_post", methods=["POST"]),
            Rule("/bureau/cases", endpoint="bureau_list", methods=["GET"]),
            Rule(PAGE, endpoint="departments", methods=["GET"]),
            Rule(f"{PAGE}/faults", endpoint="departments_faults", methods=["POST"]),
            Rule(f"{PAGE}/forget", endpoint="departments_forget", methods=["POST"]),
            *(_review_rules() if self.reviews else []),
            *([Rule("/alerts", endpoint="alerts", methods=["POST"])] if self.duty else []),
        ]

    def views(self) -> Mapping[str, Callable[[Request], Response]]:
        return {
            "bureau_post": self.bureau.post, "bureau_list": self.bureau.list, "departments": self._page,
            "departments_faults": self._switch, "departments_forget": self._forget,
            **({"reviews_report": self.reviews.report, "reviews_counts": self.reviews.counts} if self.reviews else {}),
            **({"alerts": self.duty.take} if self.duty else {}),
        }  # fmt: skip

    def _page(self, _request: Request) -> Response:
        return page(
            "departments", bureau=self.bureau, front=self.front, bus=self.bus, shapes=SHAPES, modes=mischief.MODES,
            front_modes=front_module.MODES, bus_modes=bus_module.MODES, bureau_has=self._bureau_has(), front_has=self._front_has(),
            bus_has=self._bus_has(), reviews=self.reviews, review_modes=REVIEW_MODES, reviews_have=self._reviews_have(),
            duty=self.duty, duty_modes=alerts.MODES, duty_has=self._duty_has(),
        )  # fmt: skip

    def _bureau_has(self) -> list[Shown]:
        return [_shown(r.received_at, r.key, f"{r.case_no} {r.step}", r.times, r.body) for r in self.bureau.store.all(limit=SHOWN, newest=True)]

    def _front_has(self) -> list[Shown]:
        taken = self.front.taken(SHOWN, newest=True) if self.front else []
        return [_shown(t.taken_at, t.batch, t.table, t.times, orjson.dumps(_filled(t.body)).decode()) for t in taken]

    def _bus_has(self) -> list[Shown]:
        found = self.bus.store.all(limit=SHOWN, newest=True) if self.bus else []
        return [_shown(r.received_at, r.key, r.step, r.times, r.body) for r in found]

    def _reviews_have(self) -> list[Shown]:
        found = self.reviews.store.all(limit=SHOWN, newest=True) if self.reviews else []
        return [_shown(r.received_at, r.key, f"{r.case_no} {r.step}", r.times, r.body) for r in found]

    def _duty_has(self) -> list[Shown]:
        found = self.duty.store.all(limit=SHOWN, newest=True) if self.duty else []
        return [_shown(r.received_at, r.key, f"{r.step} {r.case_no}", r.times, r.body) for r in found]

    def _switch(self, request: Request) -> Response:
        given, who = request.form.to_dict(), request.form.get("who", "")
        if who == "bureau":
            self.bureau.mischief.switch(given)
            self.bureau.shape = given["shape"] if given.get("shape") in SHAPES else self.bureau.shape
        elif who == "front" and self.front:
            self.front.switch(given)
        elif who == "bus" and self.bus:
            self.bus.switch(given)
        elif who == "reviews" and self.reviews:
            self.reviews.switch(given)
        elif who == "duty" and self.duty:
            self.duty.switch(given)
        return redirect(PAGE, 303)

    def _forget(self, request: Request) -> Response:
        self.bureau.store.drop(request.form.get("key", ""))
        if self.reviews:
            self.reviews.forget(request.form.get("key", ""))
        return redirect(PAGE, 303)


def _review_rules() -> list[Rule]:
    return [
        Rule("/reviews/report", endpoint="reviews_report", methods=["POST"]), Rule("/reviews/counts", endpoint="reviews_counts", methods=["GET"]),
    ]  # fmt: skip


def _filled(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if value not in (None, "")}


def _shown(at: str, key: str, words: str, times: int, body: str) -> Shown:
    return Shown(at[:19].replace("T", " "), key, words, times, orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode())
