"""One machine, by `bin/run`: the same parts and roles as production, without TLS."""

import os

os.environ.setdefault("PLATFORM_SCHEME", "http")
os.environ.setdefault("LOG_FORMAT", "console")

from alliance.settings.base import *
