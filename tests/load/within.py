"""Measures that need no web server: one process with a database of its own.

bin/bench reports             what the reports ask of the database: .local/reports.json
bin/bench reports --explain   and the plan of each query that takes 5 ms or more
bin/bench dues                an import, a renewal run and its papers: .local/dues.json
bin/bench directory           searches among 50,000 listings: .local/directory.json
bin/bench talk                topics and posts of groups: .local/talk.json
bin/bench digests             10,000 letters of a morning: .local/digests.json
"""

import importlib
import os
import sys

import django

MEASURES = {
    "reports": "tests.load.ten_years",
    "dues": "tests.load.dues",
    "directory": "tests.load.directory",
    "talk": "tests.load.talk",
    "digests": "tests.load.digests",
}


def main(arguments: list[str]) -> int:
    name, *rest = arguments
    os.environ.setdefault("PYTEST_XDIST_WORKER", name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")
    # Makes the database, and says where it is; Django must come after it.
    importlib.import_module("tests.plugin")
    django.setup()
    return int(importlib.import_module(MEASURES[name]).measure(*rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
