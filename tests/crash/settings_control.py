"""The product's settings with the outbox's guarantee taken out; for the crash harness alone."""

from alliance.settings.local import *  # noqa: F403
from alliance.settings.local import INSTALLED_APPS as _PRODUCT

INSTALLED_APPS = [*_PRODUCT, "tests.crash.apps.SecondTransaction"]
