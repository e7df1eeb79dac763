"""/api/v1/: each room brings its own resources."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from alliance.access import public_page
from alliance.api import schema
from alliance.api.permissions import AnyoneMayRead

urlpatterns = [
    path(
        "schema/",
        public_page(SpectacularAPIView.as_view(permission_classes=[AnyoneMayRead])),
        name="api_schema",
    ),
    path("docs/", schema.docs, name="api_docs"),
    path("", include("ledger.api_urls")),
    path("", include("members.api_urls")),
    path("", include("moderation.api_urls")),
    path("", include("gatherings.api_urls")),
    path("", include("directory.api_urls")),
    path("", include("pledges.api_urls")),
    path("", include("groups.api_urls")),
    path("", include("lending.api_urls")),
]
