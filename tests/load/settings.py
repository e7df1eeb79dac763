"""The product's settings, and beside them the bare pages that it is measured against."""

from alliance.settings.local import *  # noqa: F403
from alliance.settings.local import INSTALLED_APPS as _PRODUCT

INSTALLED_APPS = [*_PRODUCT, "tests.load"]
