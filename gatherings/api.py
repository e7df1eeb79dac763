"""Gatherings and their dates: public ones for anyone, all of them for staff and keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.request import Request

from alliance.access import seat_for
from alliance.api.pagination import SoonestFirst
from alliance.api.permissions import AnyoneMayRead
from alliance.models import AllianceKey
from alliance.tenancy.scope import current_alliance
from gatherings.models import Gathering, Occurrence
from gatherings.models.gatherings import SHOWN_STATES, Audience
from gatherings.rules import SEE_GATHERINGS

READ_GATHERINGS = "gatherings:read"


class GatheringSerializer(serializers.ModelSerializer[Gathering]):
    """A meeting, workshop or conference; its dates are at /occurrences/."""

    business = serializers.CharField(
        source="business.trade_name", default=None, help_text="Who hosts it; null: the alliance."
    )
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Gathering
        fields = (
            "slug",
            "kind",
            "title",
            "words",
            "hashtag",
            "business",
            "place_name",
            "address",
            "latitude",
            "longitude",
            "timezone",
            "starts_on",
            "starts_time",
            "minutes",
            "repeats",
            "capacity",
            "audience",
            "state",
            "changed_at",
            "url",
        )
        extra_kwargs = {
            "starts_on": {"help_text": "The first date, on the wall clock of `timezone`."},
            "minutes": {"help_text": "How long each date lasts."},
            "repeats": {"help_text": "A rule of RFC 5545; empty for one date alone."},
            "capacity": {"help_text": "Places on each date; null: as many as come."},
        }

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, gathering: Gathering) -> str:
        return current_alliance().url(gathering.get_absolute_url())


class OccurrenceSerializer(serializers.ModelSerializer[Occurrence]):
    """One date, with what is special about it."""

    gathering = serializers.CharField(source="gathering.slug")
    title = serializers.CharField(source="name")
    place = serializers.CharField(source="where", help_text="Place and address in one line.")
    is_cancelled = serializers.BooleanField()
    left = serializers.IntegerField(
        allow_null=True, help_text="Free places; null: nobody counts them."
    )
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Occurrence
        fields = (
            "id",
            "gathering",
            "original_day",
            "title",
            "starts_at",
            "ends_at",
            "place",
            "capacity",
            "taken",
            "left",
            "is_cancelled",
            "cancel_reason",
            "url",
        )
        extra_kwargs = {
            "original_day": {"help_text": "The day that its rule gave it; stays if it is moved."}
        }

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, occurrence: Occurrence) -> str:
        return current_alliance().url(occurrence.get_absolute_url())


class OccurrenceQuerySerializer(serializers.Serializer[Any]):
    """Which dates are asked for."""

    gathering = serializers.SlugField(
        required=False, allow_blank=True, help_text="The slug of one gathering."
    )
    ends_after = serializers.DateTimeField(
        required=False, help_text="Only dates that end after this instant."
    )


@extend_schema_view(
    list=extend_schema(summary="Gatherings, newest first", auth=[]),
    retrieve=extend_schema(summary="One gathering", auth=[]),
)
class GatheringViewSet(viewsets.ReadOnlyModelViewSet[Gathering]):
    """Public gatherings; for staff, and keys with `gatherings:read`, drafts and members' too.

    What is hidden stands here for nobody.
    """

    permission_classes = (AnyoneMayRead,)
    serializer_class = GatheringSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Gathering]:
        if getattr(self, "swagger_fake_view", False):
            return Gathering.objects.none()
        every = Gathering.objects.open().seen()
        found = every if _sees_all(self.request) else Gathering.objects.public()
        return found.select_related("business")


@extend_schema_view(
    list=extend_schema(
        summary="Dates, soonest first", auth=[], parameters=[OccurrenceQuerySerializer]
    ),
    retrieve=extend_schema(summary="One date", auth=[]),
)
class OccurrenceViewSet(viewsets.ReadOnlyModelViewSet[Occurrence]):
    """Dates of the gatherings that the same visitor sees."""

    permission_classes = (AnyoneMayRead,)
    serializer_class = OccurrenceSerializer
    pagination_class = SoonestFirst
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Occurrence]:
        if getattr(self, "swagger_fake_view", False):
            return Occurrence.objects.none()
        asked = OccurrenceQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        found = (
            Occurrence.objects.open()
            .select_related("gathering")
            .filter(gathering__hidden_at__isnull=True)
        )
        if not _sees_all(self.request):
            found = found.filter(
                gathering__state__in=SHOWN_STATES, gathering__audience=Audience.PUBLIC
            )
        if slug := asked.validated_data.get("gathering"):
            found = found.filter(gathering__slug=slug)
        if moment := asked.validated_data.get("ends_after"):
            found = found.filter(ends_at__gt=moment)
        return found


def _sees_all(request: Request) -> bool:
    if isinstance(request.auth, AllianceKey):
        return READ_GATHERINGS in request.auth.scopes
    return seat_for(request._request.seats, SEE_GATHERINGS) is not None  # type: ignore[attr-defined]
