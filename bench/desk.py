"""A hundred clerks at work on two cores, on a million cases: no request may fail, none be slow, no number be lost or given twice.

Each clerk goes through whole cases at the pace of a quick person (see PACE): look an item up, fill it in with three savings, take it in,
open the case, check the materials, accept, open the notice, look at the work list, search. What comes first in a process (compiling an
item, reading fonts) falls into a warming half minute. Limits: p99 of every request 300 ms; searching among a million cases p99 200 ms; a
case page of 60 fields, 15 materials and 40 steps at most 3 × the time of the bare queries it needs.
The peer of the requests in the same run: the health page of the same server, asked in between.
"""

import random
import re
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench import _casepage
from bench._ground import own_schema, percentile
from bench._hall import company, credit_code, serving
from yichuang.access.roles import DEMO_PASSWORD

CASES, CLERKS, SECONDS, WARMING = 1_000_000, 100, 70, 30
PACE = 2.5
"""Seconds between two requests of one clerk, on average; a case takes about 20 requests."""
P99, SEARCH_P99, PAGE_RATIO = 0.300, 0.200, 3.0
ITEM = "food_business_new"


@dataclass
class Figures:
    """Times by step; what failed."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        with self.lock:
            self.times[step].append(time.perf_counter() - began)


class Clerk:
    """One clerk with a browser's cookies, working until told to stop."""

    def __init__(self, base: str, name: str, figures: Figures, application: tuple[dict[str, Any], dict[str, Any]]) -> None:
        self._http = httpx.Client(base_url=base, timeout=20)
        self._figures = figures
        self._application = application
        self._random = random.Random(name)
        self._sign_in(name)

    def _sign_in(self, name: str) -> None:
        page = self._http.get("/login/").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"username": name, "password": DEMO_PASSWORD, "csrf_token": token.group(1) if token else ""}
        self._http.post("/login/", data=form, follow_redirects=True)
        self._token = self._http.get("/desk/api/session").json()["csrf"]
        self._ask("window", "POST", "/desk/api/window", {"window": self._random.choice(["b10", "b11", "b12", "b13"])}, counted=False)

    def _ask(self, step: str, method: str, path: str, body: Any = None, *, counted: bool = True) -> Any:
        headers = {"X-CSRFToken": self._token}
        if not counted:
            return self._http.request(method, path, json=body, headers=headers)
        with self._figures.timed(step):
            answer = self._http.request(method, path, json=body, headers=headers)
        if answer.status_code >= 400:
            self._figures.failed.append(f"{step}: {answer.status_code} {answer.text[:200]}")
        return answer

    def work(self, stop: threading.Event) -> None:
        stop.wait(self._random.random() * PACE * 8)
        while not stop.is_set():
            for step in self._case():
                if stop.wait(self._random.expovariate(1 / PACE)) or step is None:
                    break

    def _case(self) -> Iterator[str | None]:
        """One application from the first look to the printed notice; None when something failed."""
        situation, answers = self._application
        content = {"situation": situation, "answers": answers | {"operator_name": company(self._random.randrange(4096))}, "applicant": {}}
        yield self._ask("look up", "GET", "/desk/api/search?q=spjy") and "looked"
        yield self._ask("item", "GET", f"/desk/api/items/{ITEM}") and "item"
        key = str(uuid.uuid4())
        yield self._ask("begin", "POST", "/desk/api/drafts", {"item": ITEM, "id": key}) and "begun"
        for revision in (1, 2, 3):
            yield self._ask("save", "PUT", f"/desk/api/drafts/{key}", content | {"revision": revision}) and "saved"
        taken = self._ask("receive", "POST", f"/desk/api/drafts/{key}/submit", {"revision": 4, "key": key})
        if taken.status_code >= 400:
            yield None
            return
        self._figures.numbers.append(taken.json()["number"])
        yield "received"
        yield self._ask("case page", "GET", f"/desk/cases/{key}") and "opened"
        yield self._ask("materials", "POST", f"/desk/api/cases/{key}/materials", {}) and "checked"
        page = self._ask("case data", "GET", f"/desk/api/cases/{key}").json()["case"]
        deed = {"action": "accept", "inputs": {}, "revision": page["revision"], "key": str(uuid.uuid4())}
        accepted = self._ask("accept", "POST", f"/desk/api/cases/{key}/act", deed)
        if accepted.status_code >= 400:
            yield None
            return
        yield "accepted"
        for document in accepted.json()["case"]["documents"]:
            yield self._ask("notice", "GET", f"/desk/api/cases/{key}/documents/{document['id']}.pdf") and "printed"
        yield self._ask("work list", "GET", "/desk/cases") and "listed"
        wanted = self._random.choice([company(self._random.randrange(4096)), credit_code(self._random.randrange(4096)), "恒信瑞丰"])
        yield self._ask("search", "POST", "/desk/api/cases/search", {"text": wanted}) and "found"


def hundred_clerks(base: str, names: list[str], application: tuple[dict[str, Any], dict[str, Any]]) -> Figures:
    figures, stop = Figures(), threading.Event()
    people = [Clerk(base, name, figures, application) for name in names]
    threads = [threading.Thread(target=person.work, args=(stop,)) for person in people]
    for thread in threads:
        thread.start()
    time.sleep(WARMING)
    with figures.lock:
        figures.times.clear()
    ending = time.monotonic() + SECONDS
    with httpx.Client(base_url=base) as peer:
        while time.monotonic() < ending:
            with figures.timed("(peer) health"):
                peer.get("/healthz")
            time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join(60)
    return figures


def report(figures: Figures) -> int:
    bad = len(figures.failed)
    for failure in figures.failed[:5]:
        print(f"  失败 {failure}")
    for step, times in sorted(figures.times.items()):
        p99, limit = percentile(times, 0.99), SEARCH_P99 if step == "search" else P99
        over = p99 > limit and not step.startswith("(")
        bad += over
        print(f"  {step:<16}{len(times):>6} 次   p50 {percentile(times, 0.5) * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms   {'超过' if over else ''}")
    taken = sorted(int(number.rsplit("-", 1)[1]) for number in figures.numbers)
    whole = taken == list(range(1, len(taken) + 1))
    print(f"  办件号 {len(taken)} 个，{'连续无重号' if whole else '有重号或跳号'}；失败 {len(figures.failed)} 次")
    return bad + (not whole)


def main() -> int:
    with own_schema() as url, serving(url, CASES, CLERKS) as (base, names):
        print(f"{CLERKS} 名受理员，{CASES:,} 个旧办件，{SECONDS} 秒：")
        bad = report(hundred_clerks(base, names, _casepage.application(ITEM)))
    ratio = _casepage.ratio()
    print(f"办件页（60 栏、15 份材料、40 步）／所需查询：{ratio:.2f}（上限 {PAGE_RATIO}）")
    return int(bool(bad) or ratio > PAGE_RATIO)
