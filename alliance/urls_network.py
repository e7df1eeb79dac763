"""The network's site, on the bare platform host."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from alliance.views import pages

handler400 = "alliance.views.errors.bad_request"
handler403 = "alliance.views.errors.forbidden"
handler404 = "alliance.views.errors.not_found"
handler500 = "alliance.views.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.network_home, name="home"),
    path("robots.txt", pages.robots, name="robots"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("internal/tls-allowed", pages.tls_allowed, name="tls_allowed"),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]
