"""`python -m bench._review_city <port> <folder>`: the city's review platform as a process of its own, with quick faults and a time of being down."""

import logging
import sys
from pathlib import Path

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from bench._city import SECRET, SHUFFLE, SLOW
from connectors.sandbox.city import _Quiet
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.received import Store
from connectors.sandbox.reviews import ReviewCity


def application(city: ReviewCity):  # type: ignore[no-untyped-def]
    """`POST /faults` with `mode`, `probability`, `down`."""
    urls = Map([Rule("/reviews/report", endpoint="report"), Rule("/reviews/counts", endpoint="counts"), Rule("/faults", endpoint="faults")])

    @Request.application
    def answer(request: Request) -> Response:
        endpoint, _ = urls.bind_to_environ(request.environ).match()
        if endpoint == "report":
            return city.report(request)
        if endpoint == "counts":
            return city.counts(request)
        city.switch(request.form.to_dict())
        city.down = request.form.get("down") == "1"
        return Response("ok")

    return answer


def main() -> None:
    from werkzeug.serving import make_server

    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    city = ReviewCity(Store(str(folder / "received.sqlite3"), "reviews"), SECRET, Mischief(slow=SLOW, shuffle=SHUFFLE, seed=5))
    make_server("127.0.0.1", port, application(city), threaded=True, request_handler=_Quiet).serve_forever()


if __name__ == "__main__":
    main()
