"""The tests' settings for a real worker that writes and sends digests, and is killed."""

from alliance.settings.test import *  # noqa: F403
from alliance.settings.test import INSTALLED_APPS as _PRODUCT

INSTALLED_APPS = [*_PRODUCT, "tests.crash.apps.BusyMorning"]
CELERY_TASK_ALWAYS_EAGER = False
EMAIL_BACKEND = "tests.crash.mornings.NotingBackend"
