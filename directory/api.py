"""The directory for anyone: the same search as the page, in the same order."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alliance import clock
from alliance.api.permissions import AnyoneMayRead
from alliance.conditional import Version, versioned
from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from directory.facets import GROUPS
from directory.models import DirectoryEntry
from directory.queries import versions
from directory.queries.listed import Listed, listed
from directory.queries.parameters import asked_of, read_cursor, write_cursor
from directory.queries.profile import Profile, shown_profile
from directory.queries.search import search
from members.models import Segment

SIZE, MOST = 25, 100


class ListingSerializer(serializers.Serializer[Any]):
    """A listing as lists show it."""

    slug = serializers.SlugField(source="entry.slug")
    name = serializers.CharField(source="entry.name")
    url = serializers.SerializerMethodField(help_text="The listing's page.")
    kind = serializers.ChoiceField(Segment.choices, source="entry.segment")
    categories = serializers.ListField(child=serializers.CharField(), source="entry.categories")
    blurb = serializers.CharField(source="entry.blurb")
    neighbourhood = serializers.CharField(source="entry.neighbourhood")
    city = serializers.CharField(source="entry.city")
    latitude = serializers.FloatField(source="place.latitude", allow_null=True, default=None)
    longitude = serializers.FloatField(source="place.longitude", allow_null=True, default=None)
    accepts_pledges = serializers.BooleanField(source="entry.accepts_pledges")
    locally_owned_until = serializers.DateField(
        source="entry.attested_until",
        allow_null=True,
        help_text="Until when its local ownership is confirmed; null where it is not.",
    )
    km = serializers.FloatField(
        allow_null=True, help_text="How far it is from `near`; null where no place was given."
    )
    changed_at = serializers.DateTimeField(source="entry.changed_at")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, row: Listed) -> str:
        return current_alliance().url(row.path)


class SpanSerializer(serializers.Serializer[Any]):
    """Open on a weekday, in minutes after its midnight; past midnight `closes` is above 1440."""

    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday.")
    opens = serializers.IntegerField()
    closes = serializers.IntegerField()


class SpecialDaySerializer(serializers.Serializer[Any]):
    """A day that goes otherwise than the week says: closed where there are no times."""

    on = serializers.DateField()
    opens = serializers.IntegerField(allow_null=True)
    closes = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Any]):
    """An address as far as it is shown; without a street its point is rounded to a kilometre."""

    name = serializers.CharField()
    street = serializers.CharField()
    neighbourhood = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    phone = serializers.CharField()
    week = SpanSerializer(many=True, source="hours.week")
    special = SpecialDaySerializer(many=True, source="hours.special")
    by_appointment = serializers.BooleanField(source="hours.by_appointment")


class ListingDetailSerializer(serializers.Serializer[Profile]):
    """A listing as its page shows it; what is hidden there is empty here."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    url = serializers.URLField(help_text="The listing's page.")
    kind = serializers.ChoiceField(Segment.choices, source="segment")
    categories = serializers.ListField(child=serializers.CharField())
    blurb = serializers.CharField()
    about = serializers.CharField(help_text="Markdown.")
    photographs = serializers.SerializerMethodField(help_text="Addresses of its photographs.")
    places = PlaceSerializer(many=True)
    phone = serializers.CharField()
    email = serializers.CharField()
    website = serializers.CharField()
    languages = serializers.ListField(
        child=serializers.CharField(), source="language_codes", help_text="ISO 639-1."
    )
    values = serializers.SerializerMethodField(help_text="What it says of itself.")
    tags = serializers.ListField(child=serializers.CharField())
    asks = serializers.ListField(child=serializers.CharField())
    offers = serializers.ListField(child=serializers.CharField())
    cause = serializers.CharField()
    accepts_pledges = serializers.BooleanField()
    locally_owned_until = serializers.DateField(source="attested_until", allow_null=True)
    changed_at = serializers.DateTimeField()

    @extend_schema_field({"type": "array", "items": {"type": "string", "format": "uri"}})
    def get_photographs(self, profile: Profile) -> list[str]:
        return [current_alliance().url(shot.large) for shot in profile.pictures]

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_values(self, profile: Profile) -> list[str]:
        return [value for value, _label in profile.values]


class ListingPageSerializer(serializers.Serializer[Any]):
    """A page of listings."""

    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")
    count = serializers.IntegerField(help_text="How many fit in all.")
    results = ListingSerializer(many=True)


WORDS = {
    "kind": "What kind of business: food, retail, services …",
    "category": "Such as Bakery.",
    "place": "A neighbourhood or town.",
    "value": "What it says of itself, such as woman-owned.",
    "language": "A language spoken there, by ISO 639-1.",
    "has": "pledges, offers or asks.",
    "tag": "A tag.",
}
SEVERAL = " Several widen the search."


def _parameter(name: str, words: str, kind: Any = str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=words, **more)


PARAMETERS = [
    _parameter("q", "Words to look for; errors in typing are forgiven."),
    *(_parameter(group, WORDS[group] + SEVERAL, many=True) for group in GROUPS),
    _parameter("open", "`now`: those that are open at this moment.", enum=["now"]),
    _parameter("confirmed", "`yes`: those confirmed as locally owned.", enum=["yes"]),
    _parameter("near", "Latitude,longitude: the nearest first."),
    _parameter("within", "Kilometres around `near`.", OpenApiTypes.FLOAT),
    _parameter("sort", "`name`: by name, instead of the day's order.", enum=["name"]),
    _parameter("page_size", "Up to 100; 25 where nothing is said.", OpenApiTypes.INT),
    _parameter("cursor", "As the last page's `next` gave it."),
]


def version_of_list(request: Request, *args: Any, **kwargs: Any) -> Version:
    """Of the directory and of the question; who is open now changes by the minute."""
    found = versions.of_directory(request._request)
    minute: datetime | None = None
    if request.query_params.get("open") == "now":
        minute = clock.now().replace(second=0, microsecond=0)
    changed_at = minute if minute else found.changed_at
    return Version((*found.parts, minute), changed_at)


class ListingViewSet(viewsets.ViewSet):
    """Public listings."""

    permission_classes = (AnyoneMayRead,)
    lookup_field = "slug"
    lookup_value_converter = "slug"

    @extend_schema(
        summary="Public listings, found as on the search page",
        parameters=PARAMETERS,
        responses=ListingPageSerializer,
        auth=[],
    )
    def list(self, request: Request) -> HttpResponse:
        return _list(request)

    @extend_schema(summary="One public listing", responses=ListingDetailSerializer, auth=[])
    def retrieve(self, request: Request, slug: str) -> HttpResponse:
        return _detail(request, slug)


@versioned(version_of_list)
def _list(request: Request) -> Response:
    try:
        asked = asked_of(_search_parameters(request.query_params))
    except DomainError as error:
        raise ValidationError({error.field or "detail": [error.message]}) from error
    results = search(asked, size=_size(request.query_params))
    return Response(
        {
            "next": _next(request, write_cursor(results)),
            "count": results.total,
            "results": ListingSerializer(listed(results), many=True).data,
        }
    )


@versioned(lambda request, slug: versions.of_listing(request, slug))
def _detail(request: Request, slug: str) -> Response:
    entry = get_object_or_404(DirectoryEntry.objects.public().select_related("business"), slug=slug)
    return Response(ListingDetailSerializer(shown_profile(entry)).data)


def _search_parameters(given: QueryDict) -> QueryDict:
    """Those of the page, where the cursor is called `after`."""
    cursor = given.get("cursor", "")
    if cursor and read_cursor(cursor) is None:
        raise ValidationError({"cursor": ["This cursor is none of ours."]})
    parameters = given.copy()
    parameters["after"] = cursor
    return parameters


def _size(given: QueryDict) -> int:
    size = given.get("page_size", "")
    if not size:
        return SIZE
    if not (size.isascii() and size.isdigit()) or not 0 < int(size[:6]) <= MOST:
        raise ValidationError({"page_size": ["From 1 to 100."]})
    return int(size)


def _next(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = cursor
    return current_alliance().url(f"{request.path}?{parameters.urlencode()}")
