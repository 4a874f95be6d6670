"""The production worker against real brokers: Redis and RabbitMQ."""

import os
import socket
import threading
import time
import uuid
from types import SimpleNamespace

import pytest
from celery.contrib.testing.worker import start_worker
from kombu import Queue

from yichuang.worker import celery_app as module
from yichuang.worker.jobs import JOBS, Job

BROKERS = {"redis": "redis://127.0.0.1:6379/9", "rabbitmq": "amqp://guest:guest@127.0.0.1:5672//"}


def broker(name: str) -> str:
    url = BROKERS[name]
    port = 6379 if name == "redis" else 5672
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} does not answer on port {port}")
        pytest.skip(f"no {name} on port {port}; start one to run this test")
    return url


def test_beat_knows_every_job() -> None:
    app = module.celery_app("memory://", SimpleNamespace())
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == {f"yichuang.{job.name}" for job in JOBS}
    assert {f"yichuang.{job.name}" for job in JOBS} <= set(app.tasks)


@pytest.mark.parametrize("name", sorted(BROKERS))
def test_a_job_sent_through_a_real_broker_is_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = threading.Event()
    job = Job("tick", 60, lambda services: ran.set())
    monkeypatch.setattr(module, "JOBS", (job,))
    app = module.celery_app(broker(name), SimpleNamespace())
    queue = f"yichuang-test-{uuid.uuid4().hex[:8]}"
    app.conf.update(task_default_queue=queue, task_queues=[Queue(queue, auto_delete=True)])
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        app.send_task("yichuang.tick", expires=30)
        deadline = time.monotonic() + 20
        while not ran.is_set() and time.monotonic() < deadline:
            time.sleep(0.05)
    assert ran.is_set()
