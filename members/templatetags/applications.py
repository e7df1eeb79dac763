"""`{% load applications %}`: which badge an application's state wears."""

from django import template

from members.models import ApplicationState

register = template.Library()

KINDS = {
    ApplicationState.SUBMITTED: "warn",
    ApplicationState.INFO_REQUESTED: "accent",
    ApplicationState.APPROVED: "accent",
    ApplicationState.AWAITING_PAYMENT: "accent",
    ApplicationState.ACTIVATED: "good",
    ApplicationState.DECLINED: "bad",
}


@register.filter
def application_kind(state: str) -> str:
    """`{{ application.state|application_kind }}`: good, warn, bad, accent, or the plain one."""
    return KINDS.get(ApplicationState(state), "")
