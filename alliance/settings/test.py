"""Tests: real PostgreSQL as the application's role, real Valkey; tasks run in place."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("PLATFORM_SCHEME", "http")
os.environ.setdefault("PLATFORM_HOST", "commonweal.test")
os.environ.setdefault("DATABASE_URL", "postgresql:///set-by-conftest")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:0/0")
# Nobody answers there: a test that forgets its stand-in asks no stranger.
os.environ.setdefault("STRIPE_API_BASE", "http://127.0.0.1:9")
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("LOG_FORMAT", "console")

from alliance.settings.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
