"""The web process; it refuses to serve past row-level security."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.production")

application = get_wsgi_application()

from alliance.tenancy.guard import refuse_unsafe_role  # noqa: E402

refuse_unsafe_role()
