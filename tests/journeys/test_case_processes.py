"""Acceptance while the server's workers are killed again and again: each case is accepted once, under one number, with one document."""

import random
import threading
import time
import uuid
from typing import Any

import pytest

from tests.journeys.filling import case_of, member
from tests.journeys.test_processes import database_url, house, signed_in, stubborn  # noqa: F401 - fixtures
from yichuang.access.grants import ALL
from yichuang.bootstrap import services_of
from yichuang.settings import Settings

pytestmark = pytest.mark.slow
CASES = 6


def accept(clerk: Any, case: str) -> None:
    """As the page does it: one key, sent again until there is an answer."""
    key, revision = str(uuid.uuid4()), stubborn(lambda: clerk.get(f"/desk/api/cases/{case}")).json()["case"]["revision"]
    body = {"action": "accept", "inputs": {}, "revision": revision, "key": key}
    while True:
        answer = stubborn(lambda: clerk.post(f"/desk/api/cases/{case}/act", json=body))
        if answer.status_code < 500:
            assert answer.status_code == 200, answer.text
            assert answer.json()["case"]["state"] == "accepted"
            return


def test_killed_workers_leave_one_acceptance_one_number_and_one_document(house: Any) -> None:  # noqa: F811
    settings = Settings(database_url=house.url, data_dir=house.data_dir)
    waiting = [case_of(settings, "public_place_hygiene_new", "b12", seed=n * 11, complete=True) for n in range(CASES)]
    clerk = signed_in(house.base, "clerk")
    assert stubborn(lambda: clerk.post("/desk/api/window", json={"window": "b12"})).status_code == 200
    stop, kills = threading.Event(), 0

    def killer() -> None:
        nonlocal kills
        while not stop.wait(random.uniform(0.05, 0.5)):
            house.kill_workers()
            kills += 1

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        for number, case in enumerate(waiting):
            while kills < number:
                time.sleep(0.02)
            accept(clerk, case)
    finally:
        stop.set()
        thread.join()
    services = services_of(settings)
    services.catalogue.refresh()
    seen = [services.cases.view(case, member(services, "clerk", "b12"), ALL) for case in waiting]
    services.database.dispose()
    assert kills > 3
    assert all([step["action"] for step in case["steps"]] == ["receive", "accept"] for case in seen)
    assert all([document["title"] for document in case["documents"]] == ["受理通知书"] for case in seen)
    numbers = sorted(case["documents"][0]["number"] for case in seen)
    assert len(set(numbers)) == CASES and numbers[-1].endswith(f"第{CASES:06d}号")
    assert len({case["number"] for case in seen}) == CASES
