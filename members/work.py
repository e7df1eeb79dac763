"""Kinds of work that the members' room puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.staff_queue import Work
from members.models import Application
from members.queries import cards, invoices, volunteers, welcome
from members.rules import (
    CONNECT_STRIPE,
    MANAGE_MEMBERS,
    MANAGE_VOLUNTEERS,
    TAKE_MONEY,
    WELCOME,
)

KINDS = (
    Work(
        key="members.hours_to_confirm",
        label=_("Volunteers’ hours to confirm"),
        act=_("Confirm"),
        url_name="members_staff:shifts",
        action=MANAGE_VOLUNTEERS,
        waiting=volunteers.to_confirm,
        since="recorded_at",
    ),
    Work(
        key="members.applications_to_decide",
        label=_("Applications to decide"),
        act=_("Decide"),
        url_name="members_staff:applications",
        action=MANAGE_MEMBERS,
        waiting=lambda: Application.objects.to_decide(),
        since="submitted_at",
    ),
    Work(
        key="members.without_buddy",
        label=_("New members without a buddy"),
        act=_("Find one"),
        url_name="members_staff:welcome",
        action=WELCOME,
        waiting=welcome.without_buddy,
        since="begun_at",
    ),
    Work(
        key="members.stripe_news",
        label=_("News from Stripe that does not fit"),
        act=_("Look"),
        url_name="members_staff:stripe",
        action=CONNECT_STRIPE,
        waiting=cards.news_to_look_at,
        since="dead_at",
    ),
    Work(
        key="members.overdue",
        label=_("Invoices overdue"),
        act=_("Look"),
        url_name="members_staff:invoices",
        action=TAKE_MONEY,
        waiting=invoices.overdue,
        since="overdue_since",
        query="?show=overdue#list",
    ),
    Work(
        key="members.to_give_back",
        label=_("Money to give back"),
        act=_("Give back"),
        url_name="members_staff:invoices",
        action=TAKE_MONEY,
        waiting=invoices.to_give_back,
        since="excess_since",
        query="?show=excess#list",
    ),
)
