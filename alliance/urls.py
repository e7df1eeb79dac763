"""An alliance's site. Rooms are named as strings: the shell knows none of them."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from alliance.views import own_alliance, pages, seats, sitemaps, staff

handler400 = "alliance.views.errors.bad_request"
handler403 = "alliance.views.errors.forbidden"
handler404 = "alliance.views.errors.not_found"
handler500 = "alliance.views.errors.server_error"

staff_urls = (
    [
        path("", staff.desk, name="desk"),
        path("audit/", staff.audit_log, name="audit_log"),
        path("keys/", staff.api_keys, name="api_keys"),
        path("keys/<uuid:key_id>/revocation/", staff.revoke_key, name="revoke_key"),
        path("failed-mail/", staff.failed_mail, name="failed_mail"),
        path("failed-mail/<uuid:message_id>/again/", staff.send_again, name="send_again"),
        path("settings/", own_alliance.own_alliance, name="own_alliance"),
        path("seats/", seats.seats, name="seats"),
        path("seats/new/", seats.invite, name="invite"),
        path("seats/<uuid:seat_id>/end/", seats.end_seat, name="end_seat"),
        path("jobs/<uuid:job_id>/", staff.job, name="job"),
        path("jobs/<uuid:job_id>/result/", staff.job_result, name="job_result"),
    ],
    "staff",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("brand.css", pages.brand_css, name="brand_css"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("welcome/", pages.after_sign_in, name="after_sign_in"),
    path("accounts/", include("alliance.accounts.urls")),
    path("staff/", include(staff_urls)),
    path("api/v1/", include("alliance.api.urls")),
    path("", include("ledger.urls")),
    path("", include("members.urls")),
    path("", include("moderation.urls")),
    path("", include("directory.urls")),
    path("", include("gatherings.urls")),
    path("", include("pledges.urls")),
    path("", include("groups.urls")),
    path("", include("lending.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]
