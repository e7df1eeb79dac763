"""Invoices, payments, the pay link, and Stripe's news."""

from django.urls import URLPattern, path

from members.views import dues, invoice_acts, invoices, pay, payments

public: list[URLPattern] = [
    path("pay/<str:token>/", pay.pay, name="pay"),
    path("pay/<str:token>/papers/<str:number>/", pay.pay_paper, name="pay_paper"),
    path(
        "pay/<str:token>/papers/<str:number>/<uuid:job_id>/",
        pay.pay_paper_job,
        name="pay_paper_job",
    ),
    path("me/invoices/<str:number>/", dues.own_invoice, name="own_invoice"),
    path("me/papers/<str:number>/", dues.own_paper, name="own_paper"),
    path("me/papers/<str:number>/<uuid:job_id>/", dues.own_paper_job, name="own_paper_job"),
    path("me/statement/<slug:slug>/", dues.own_statement, name="own_statement"),
    path(
        "me/statement/<slug:slug>/<uuid:job_id>/",
        dues.own_statement_job,
        name="own_statement_job",
    ),
]
staff: list[URLPattern] = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/new/", invoices.new_invoice, name="new_invoice"),
    path("invoices/papers/", invoice_acts.open_papers, name="open_papers"),
    path("invoices/<str:number>/", invoices.invoice, name="invoice"),
    path("invoices/<str:number>/payment/", payments.record, name="record_payment"),
    path("invoices/<str:number>/credit/", invoice_acts.credit, name="credit_invoice"),
    path("invoices/<str:number>/parts/", invoice_acts.split, name="split_invoice"),
    path("invoices/<str:number>/again/", invoice_acts.send_again, name="send_invoice_again"),
    path("papers/<str:number>/", invoice_acts.staff_paper, name="paper"),
    path("payments/", payments.payments, name="payments"),
    path("payments/<str:number>/return/", payments.give_back, name="give_back"),
    path("members/<slug:slug>/statement/", dues.staff_statement, name="statement"),
    path("renewals/", dues.renewals, name="renewals"),
]
