"""Addresses of the room of loans: the business's page, the lender's desk, the staff's."""

from django.urls import include, path

from lending.desk_urls import lend, staff_urls
from lending.views import doors, own

OWN = "me/drive/<slug:slug>/loan/"
public_urls = (
    [
        path("loans/<uuid:loan_id>/", doors.loan, name="loan"),
        path("loans/offers/<uuid:offer_id>/", doors.offer, name="offer"),
        path("loans/applications/<uuid:application_id>/", doors.application, name="application"),
        path(OWN, own.own_loan, name="own_loan"),
        path(f"{OWN}application/", own.write, name="own_application"),
        path(f"{OWN}submission/", own.submission, name="submission"),
        path(f"{OWN}withdrawal/", own.withdrawal, name="withdrawal"),
        path(f"{OWN}lenders/<uuid:lender_id>/", own.share, name="share"),
        path(f"{OWN}lenders/<uuid:lender_id>/end/", own.unshare, name="unshare"),
        path(f"{OWN}offers/<uuid:offer_id>/", own.offer, name="own_offer"),
        path(f"{OWN}offers/<uuid:offer_id>/refusal/", own.decline, name="decline"),
        path(f"{OWN}change-of-mind/", own.change_mind, name="change_mind"),
        *lend,
    ],
    "lending",
)

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
