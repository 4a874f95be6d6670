"""`python -m bench._relay`: a process that does nothing but relay, over and over; meant to be killed."""

import time

from yichuang.bootstrap import services_of
from yichuang.settings import from_environment


def main() -> None:
    services = services_of(from_environment())
    services.catalogue.refresh()
    while True:
        if not services.outbox.relay(limit=100_000, seconds=10.0):
            time.sleep(0.1)


if __name__ == "__main__":
    main()
