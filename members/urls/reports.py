"""Reports and value statements."""

from django.urls import URLPattern, path

from members.views import reports, value

public: list[URLPattern] = [path("me/value/", value.own_value, name="own_value")]
staff: list[URLPattern] = [
    path("reports/", reports.reports, name="reports"),
    path("reports/list/", reports.report_list, name="report_list"),
    path("reports/list/export/", reports.export_list, name="export_report_list"),
    path("members/<slug:business_slug>/value/", value.member_value, name="member_value"),
]
