"""The built-in worker: one loop, no broker. Used where Celery isn't configured."""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog

from yichuang.worker.jobs import JOBS, Job

if TYPE_CHECKING:
    from yichuang.services import Services

log = structlog.get_logger()


def run_once(services: "Services", job: Job) -> bool:
    """Run one job; a failure is logged and tried again at its next turn. True when it succeeded."""
    try:
        result = job.run(services)
    except Exception as error:
        log.error("job.failed", job=job.name, exc_info=error)
        return False
    if result:
        log.info("job.done", job=job.name, result=str(result))
    return True


def run_forever(services: "Services", stop: threading.Event, jobs: Iterable[Job] = JOBS) -> None:
    """Run each job at its interval until `stop` is set; those that stand apart beside the others."""
    jobs = list(jobs)
    beside = [threading.Thread(target=_run, args=(services, stop, [job]), name=job.name) for job in jobs if job.apart]
    for thread in beside:
        thread.start()
    _run(services, stop, [job for job in jobs if not job.apart])
    for thread in beside:
        thread.join()


def _run(services: "Services", stop: threading.Event, jobs: Iterable[Job]) -> None:
    due = {job: 0.0 for job in jobs}
    while not stop.is_set():
        now = time.monotonic()
        for job, moment in due.items():
            if now >= moment:
                run_once(services, job)
                due[job] = time.monotonic() + job.every
        stop.wait(max(0.05, min(due.values(), default=now + 1.0) - time.monotonic()))
