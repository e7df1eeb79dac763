"""What plain Django does with the same rows: no middleware, no tenancy, no design.

The yardstick of `bin/bench`, written as one would write it first.
"""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.test import override_settings
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination

from alliance.models import Alliance
from tests.load.models import (
    BareConsent,
    BareDrive,
    BareListing,
    BareMessage,
    BarePledge,
    BareStep,
)

ROWS = 25
WORDING = "I mean to buy this much within twelve months. The alliance may write to me about it."
STANDING = Q(state__in=["active", "fulfilled"])
DROPPED = Q(state__in=["cancelled", "released", "lapsed"])


class BareRequest(WSGIRequest):
    urlconf = "tests.load.baseline"


class BareHandler(WSGIHandler):
    """Django without a single middleware, at addresses of its own."""

    request_class = BareRequest

    def load_middleware(self, is_async: bool = False) -> None:
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)


@transaction.non_atomic_requests
def one_row(request: HttpRequest) -> HttpResponse:
    """Reads one row, answers its name."""
    return HttpResponse(Alliance.objects.get(slug="eastbay").name)


@transaction.non_atomic_requests
def drive(request: HttpRequest, slug: str) -> HttpResponse:
    """The drive page's queries, and 25 rows in an ordinary template."""
    Alliance.objects.get(slug="eastbay")
    found = get_object_or_404(BareDrive.objects.select_related("business"), slug=slug)
    figures = (
        BarePledge.objects.filter(drive=found, confirmed_at__isnull=False)
        .exclude(state="void")
        .annotate(rest_minor=F("amount_minor") - F("honoured_minor"))
        .aggregate(
            pledgers=Count("pk"),
            standing=Count("pk", filter=STANDING),
            dropped_pledgers=Count("pk", filter=DROPPED),
            open_minor=Sum("rest_minor", filter=STANDING),
            dropped_minor=Sum("rest_minor", filter=DROPPED),
            pledged_minor=Sum("amount_minor"),
            honoured_minor=Sum("honoured_minor"),
        )
    )
    people = BarePledge.objects.filter(STANDING, drive=found).order_by("-confirmed_at")[:ROWS]
    context = {"drive": found, "figures": figures, "people": people}
    return render(request, "bare/drive.html", context)


@transaction.non_atomic_requests
def listings(request: HttpRequest) -> HttpResponse:
    """The first 25 listings in an ordinary template: no search, no counts, no order of the day."""
    Alliance.objects.get(slug="eastbay")
    found = BareListing.objects.filter(shown_until__gte=timezone.now().date())[:ROWS]
    return render(request, "bare/listings.html", {"listings": found})


class BareForm(forms.Form):
    """The fields of the pledge form, as plain as they come."""

    amount = forms.IntegerField(min_value=20_00, max_value=2_000_00)
    name = forms.CharField(max_length=80)
    email = forms.EmailField(max_length=200)
    display = forms.ChoiceField(choices=[("full", ""), ("first", ""), ("anonymous", "")])
    consent = forms.BooleanField()


@csrf_exempt
@transaction.non_atomic_requests
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """Check, insert, redirect."""
    form = BareForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422)
    with transaction.atomic():
        _insert(form.cleaned_data, slug)
    return HttpResponseRedirect("/bare/row/")


@csrf_exempt
@transaction.non_atomic_requests
def pledge_with_duties(request: HttpRequest, slug: str) -> HttpResponse:
    """The same, and every other row that a pledge owes: history, consent, mail, session."""
    form = BareForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), status=422)
    email = form.cleaned_data["email"]
    with transaction.atomic():
        made, now = _insert(form.cleaned_data, slug), timezone.now()
        BareStep.objects.create(
            id=uuid4(), pledge_id=made.pk, kind="made", at=now, amount_after_minor=made.amount_minor
        )
        BareConsent.objects.create(
            id=uuid4(), email=email, purpose="pledges", wording=WORDING, given_at=now,
            subject_id=made.pk,
        )  # fmt: skip
        BareMessage.objects.create(
            id=uuid4(), key=f"pledge:{made.pk}", template="pledges/email/confirm", to=email,
            context={"title": made.drive.title}, created_at=now, due_at=now,
        )  # fmt: skip
        session = SessionStore()
        session["pledged"] = {"email": email, "drive": slug}
        session.save()
    return HttpResponseRedirect("/bare/row/")


def _insert(data: dict[str, Any], slug: str) -> BarePledge:
    found = get_object_or_404(BareDrive, slug=slug)
    address = data["email"].lower()
    existing = BarePledge.objects.filter(drive=found, email_normalised=address).first()
    return existing or BarePledge.objects.create(
        id=uuid4(),
        drive=found,
        email=data["email"],
        email_normalised=address,
        name=data["name"],
        display=data["display"],
        amount_minor=data["amount"],
        currency=found.currency,
        term_months=12,
        state="intended",
        created_at=timezone.now(),
    )


class BareSerializer(serializers.ModelSerializer[BarePledge]):
    drive = serializers.CharField(source="drive.slug")

    class Meta:
        model = BarePledge
        fields = (
            "id", "drive", "name", "email", "display", "state", "amount_minor", "held_minor",
            "honoured_minor", "currency", "term_months", "created_at", "confirmed_at",
            "term_ends_at",
        )  # fmt: skip


class BareCursor(CursorPagination):
    page_size = ROWS
    ordering = ("-created_at", "-id")


class BareList(ListAPIView[Any]):
    """Django REST framework's own list with its own cursor."""

    authentication_classes = ()
    permission_classes = ()
    pagination_class = BareCursor
    serializer_class = BareSerializer
    queryset = BarePledge.objects.select_related("drive")


urlpatterns = [
    path("bare/row/", one_row),
    path("bare/pledges/<uuid:pk>/", one_row, name="bare_pledge"),
    path("bare/listings/", listings),
    path("bare/listings/<slug:slug>/", listings, name="bare_listing"),
    path("bare/drives/<slug:slug>/", drive),
    path("bare/drives/<slug:slug>/pledge/", pledge),
    path("bare/drives/<slug:slug>/pledge-with-duties/", pledge_with_duties),
    path("bare/api/", transaction.non_atomic_requests(BareList.as_view())),
]
