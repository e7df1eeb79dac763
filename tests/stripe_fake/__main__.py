"""python -m tests.stripe_fake --port 12111 --endpoint KEY,URL,SECRET"""

import argparse
import signal
import threading

from tests.stripe_fake.server import Endpoint, serving


def main() -> None:
    """Serves until it is told to stop; says where."""
    parser = argparse.ArgumentParser(prog="tests.stripe_fake")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--endpoint", action="append", default=[], metavar="KEY,URL,SECRET")
    arguments = parser.parse_args()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with serving(port=arguments.port) as stand_in:
        for key, url, secret in (words.split(",") for words in arguments.endpoint):
            stand_in.endpoints[key] = Endpoint(url, secret)
        print(f"Ready: {stand_in.base}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
