"""The product's settings with a short lease on claimed mail; for the small run of the tests."""

from alliance.settings.local import *  # noqa: F403
from alliance.settings.local import INSTALLED_APPS as _PRODUCT

INSTALLED_APPS = [*_PRODUCT, "tests.crash.apps.ShortLease"]
