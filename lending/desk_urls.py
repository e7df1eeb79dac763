"""Addresses of the lender's desk, and of the alliance's side of loans."""

from django.urls import path

from lending.views.lend import applications as lend_applications
from lending.views.lend import desk
from lending.views.lend import loans as lend_loans
from lending.views.staff import applications, lenders, loans

LOAN = "lend/loans/<uuid:loan_id>/"
lend = [
    path("lend/", desk.desk, name="desk"),
    path("lend/portfolio.csv", desk.portfolio_csv, name="portfolio_csv"),
    path(
        "lend/applications/<uuid:application_id>/",
        lend_applications.application,
        name="lend_application",
    ),
    path("lend/offers/<uuid:offer_id>/", lend_applications.offer, name="lend_offer"),
    path(
        "lend/offers/<uuid:offer_id>/withdrawal/",
        lend_applications.take_back,
        name="lend_offer_back",
    ),
    path(LOAN, lend_loans.loan, name="lend_loan"),
    path(f"{LOAN}payout/", lend_loans.pay_out, name="lend_pay_out"),
    path(f"{LOAN}payments/", lend_loans.pay, name="lend_pay"),
    path(
        f"{LOAN}payments/<uuid:payment_id>/reversal/",
        lend_loans.take_back_payment,
        name="lend_payment_back",
    ),
    path(f"{LOAN}call-off/", lend_loans.call_off, name="lend_call_off"),
    path(f"{LOAN}write-off/", lend_loans.write_off, name="lend_write_off"),
    path(f"{LOAN}payments.csv", desk.payments_csv, name="payments_csv"),
    path(f"{LOAN}schedule.csv", desk.schedule_csv, name="schedule_csv"),
]
APPLICATION = "loans/applications/<uuid:application_id>/"
LENDER = "lenders/<uuid:lender_id>/"
staff_urls = (
    [
        path("loans/", loans.loans, name="loans"),
        path("loans/applications/", applications.applications, name="applications"),
        path(APPLICATION, applications.application, name="application"),
        path(f"{APPLICATION}approval/", applications.approve, name="approve"),
        path(f"{APPLICATION}return/", applications.give_back, name="give_back"),
        path(f"{APPLICATION}refusal/", applications.decline, name="decline"),
        path("loans/<uuid:loan_id>/", loans.loan, name="loan"),
        path("loans/<uuid:loan_id>/payments/", loans.pay, name="pay"),
        path(
            "loans/<uuid:loan_id>/payments/<uuid:payment_id>/reversal/",
            loans.take_back_payment,
            name="payment_back",
        ),
        path("lenders/", lenders.lenders, name="lenders"),
        path("lenders/new/", lenders.new, name="lender_new"),
        path(LENDER, lenders.lender, name="lender"),
        path(f"{LENDER}change/", lenders.change, name="lender_change"),
        path(f"{LENDER}end/", lenders.end, name="lender_end"),
        path(f"{LENDER}people/", lenders.invite, name="lender_invite"),
        path(f"{LENDER}people/<uuid:place_id>/end/", lenders.end_place, name="lender_place_end"),
        path("lending-policy/", lenders.policy, name="policy"),
    ],
    "lending_staff",
)
