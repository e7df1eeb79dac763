"""`bin/bench reports`: what the reports ask of the database over ten years of 2,000 members.

bin/bench reports             each page's queries and their time: .local/reports.json
bin/bench reports --explain   and the plan of each query that takes 5 ms or more
"""

import importlib
import os
import sys

import django


def main(arguments: list[str]) -> int:
    os.environ.setdefault("PYTEST_XDIST_WORKER", "reports")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.test")
    # Makes the database, and says where it is; Django must come after it.
    importlib.import_module("tests.plugin")
    django.setup()
    return int(importlib.import_module("tests.load.ten_years").measure("--explain" in arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
