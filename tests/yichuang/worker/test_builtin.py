import threading
import time
from types import SimpleNamespace

from yichuang.worker.builtin import run_forever, run_once
from yichuang.worker.jobs import JOBS, Job


def test_a_failing_job_is_survived() -> None:
    assert run_once(SimpleNamespace(), Job("fails", 1, lambda services: 1 / 0)) is False


def test_jobs_run_again_at_their_interval_until_stopped() -> None:
    seen: list[float] = []
    stop = threading.Event()
    thread = threading.Thread(target=run_forever, args=(SimpleNamespace(), stop, [Job("tick", 0.06, lambda services: seen.append(time.monotonic()))]))
    thread.start()
    time.sleep(0.5)
    stop.set()
    thread.join(2)
    assert not thread.is_alive()
    assert 3 <= len(seen) <= 10


def test_one_failing_job_does_not_keep_the_others_from_running() -> None:
    seen: list[int] = []
    stop = threading.Event()

    def second(_services: object) -> None:
        seen.append(1)
        stop.set()

    run_forever(SimpleNamespace(), stop, [Job("fails", 1, lambda services: 1 / 0), Job("works", 1, second)])
    assert seen == [1]


def test_job_names_are_unique() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
