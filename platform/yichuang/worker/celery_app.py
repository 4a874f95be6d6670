"""The Celery application of the production profile: the same jobs as the built-in worker, woken by beat.

Nothing that matters lives only in the broker: a job reads what to do from the database.
"""

from typing import TYPE_CHECKING, Any

from celery import Celery
from celery.signals import worker_process_init

from yichuang.worker.builtin import run_once
from yichuang.worker.jobs import JOBS

if TYPE_CHECKING:
    from yichuang.services import Services


def celery_app(broker_url: str, services: "Services") -> Celery:
    """Tasks named `yichuang.<job>` and a beat schedule for each. Late acknowledgement, lost workers' tasks come back."""
    app = Celery("yichuang", broker=broker_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 120},
        task_default_queue="yichuang",
        timezone="Asia/Shanghai",
        beat_schedule={
            job.name: {"task": f"yichuang.{job.name}", "schedule": job.every, "options": {"expires": max(job.every, 5)}}
            for job in JOBS
        },
    )
    for job in JOBS:
        app.task(name=f"yichuang.{job.name}", shared=False)(_task(services, job))
    return app


def begin_in_children(services: "Services") -> None:
    """Every child that Celery forks has connections of its own and follows releases by itself. Call it before the worker starts."""

    def begin(**_given: Any) -> None:
        services.database.leave_to_parent()
        services.catalogue.leave_to_parent()
        services.catalogue.refresh()
        services.catalogue.start()

    worker_process_init.connect(begin, weak=False)


def _task(services: "Services", job: Any) -> Any:
    def run() -> bool:
        return run_once(services, job)

    run.__name__ = job.name
    return run
