"""Drives and their public figures for anyone; pledges for staff and keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import mixins, serializers, viewsets

from alliance.api.pagination import NewestClaimFirst
from alliance.api.permissions import AnyoneMayRead, seat_or_key
from alliance.tenancy.scope import current_alliance
from pledges import queries
from pledges.models import Pledge, PledgeDrive, PledgeState, Redemption, RedemptionState, WayIn
from pledges.rules import SEE_DRIVES

READ_PLEDGES = "pledges:read"


class FiguresSerializer(serializers.Serializer[Any]):
    """`pledged = honoured + open + dropped`; amounts in minor units of the drive's currency."""

    pledgers = serializers.IntegerField(help_text="People who confirmed a pledge.")
    standing = serializers.IntegerField(help_text="People whose pledge stands now.")
    dropped_pledgers = serializers.IntegerField(help_text="People whose pledge ended early.")
    pledged_minor = serializers.IntegerField()
    honoured_minor = serializers.IntegerField()
    open_minor = serializers.IntegerField()
    dropped_minor = serializers.IntegerField()


class DriveSerializer(serializers.ModelSerializer[PledgeDrive]):
    """A public drive."""

    business = serializers.CharField(source="business.trade_name")
    title = serializers.CharField(
        source="shown_title", help_text="Its words; while they are hidden, whose drive it is."
    )
    purpose = serializers.CharField(
        source="shown_purpose", help_text="Empty while the drive's words are hidden."
    )
    url = serializers.SerializerMethodField(help_text="The drive's page.")
    figures = serializers.SerializerMethodField()

    class Meta:
        model = PledgeDrive
        fields = (
            "slug",
            "business",
            "title",
            "purpose",
            "state",
            "seeks_loan",
            "target_pledgers",
            "suggested_minor",
            "currency",
            "term_months",
            "opened_at",
            "gathering_ends_at",
            "url",
            "figures",
        )

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, drive: PledgeDrive) -> str:
        # The scope's alliance knows its host already; each row's would ask again.
        return current_alliance().url(drive.get_absolute_url())

    @extend_schema_field(FiguresSerializer)
    def get_figures(self, drive: PledgeDrive) -> dict[str, int]:
        return FiguresSerializer(self._figures_of(drive)).data

    def _figures_of(self, drive: PledgeDrive) -> queries.DriveFigures:
        """One query for the whole page, asked by its first row."""
        if not hasattr(self, "_known"):
            page: Any = self.parent.instance if self.parent is not None else [drive]
            self._known = queries.figures(list(page))
        return self._known[drive.pk]


@extend_schema_view(
    list=extend_schema(summary="Public drives, newest first", auth=[]),
    retrieve=extend_schema(summary="One public drive", auth=[]),
)
class DriveViewSet(viewsets.ReadOnlyModelViewSet[PledgeDrive]):
    """Drives that were approved, with their public figures."""

    permission_classes = (AnyoneMayRead,)
    serializer_class = DriveSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[PledgeDrive]:
        if getattr(self, "swagger_fake_view", False):
            return PledgeDrive.objects.none()
        return PledgeDrive.objects.public().select_related("business")


class PledgeSerializer(serializers.ModelSerializer[Pledge]):
    """A pledge as staff see it."""

    drive = serializers.CharField(source="drive.slug")

    class Meta:
        model = Pledge
        fields = (
            "id",
            "drive",
            "name",
            "email",
            "display",
            "state",
            "amount_minor",
            "held_minor",
            "honoured_minor",
            "currency",
            "term_months",
            "created_at",
            "confirmed_at",
            "term_ends_at",
        )


class PledgeQuerySerializer(serializers.Serializer[Any]):
    """Which pledges are asked for."""

    drive = serializers.SlugField(
        required=False, allow_blank=True, help_text="The slug of one drive."
    )
    state = serializers.ChoiceField(
        PledgeState.choices, required=False, allow_blank=True, help_text="One state."
    )


@extend_schema_view(
    list=extend_schema(summary="Pledges, newest first", parameters=[PledgeQuerySerializer]),
    retrieve=extend_schema(summary="One pledge"),
)
class PledgeViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Pledge]
):
    """For staff, and for keys with the scope `pledges:read`."""

    permission_classes = (seat_or_key(SEE_DRIVES, READ_PLEDGES),)
    serializer_class = PledgeSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Pledge]:
        if getattr(self, "swagger_fake_view", False):
            return Pledge.objects.none()
        asked = PledgeQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        found = Pledge.objects.select_related("drive")
        if slug := asked.validated_data.get("drive"):
            found = found.filter(drive__slug=slug)
        if state := asked.validated_data.get("state"):
            found = found.filter(state=state)
        return found


class RedemptionSerializer(serializers.ModelSerializer[Redemption]):
    """A purchase counted against a pledge, as staff see it."""

    drive = serializers.CharField(source="drive.slug")
    pledge = serializers.UUIDField(source="pledge_id")
    point_of_sale = serializers.UUIDField(source="point_of_sale_id", allow_null=True)

    class Meta:
        model = Redemption
        fields = (
            "id",
            "drive",
            "pledge",
            "purchase_minor",
            "amount_minor",
            "currency",
            "way_in",
            "point_of_sale",
            "event_id",
            "state",
            "claimed_at",
            "confirm_due_at",
            "decided_at",
        )


class RedemptionQuerySerializer(serializers.Serializer[Any]):
    """Which purchases are asked for."""

    drive = serializers.SlugField(
        required=False, allow_blank=True, help_text="The slug of one drive."
    )
    state = serializers.ChoiceField(
        RedemptionState.choices, required=False, allow_blank=True, help_text="One state."
    )
    way_in = serializers.ChoiceField(
        WayIn.choices, required=False, allow_blank=True, help_text="One way in."
    )


@extend_schema_view(
    list=extend_schema(summary="Purchases, newest first", parameters=[RedemptionQuerySerializer]),
    retrieve=extend_schema(summary="One purchase"),
)
class RedemptionViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Redemption]
):
    """For staff, and for keys with the scope `pledges:read`."""

    permission_classes = (seat_or_key(SEE_DRIVES, READ_PLEDGES),)
    pagination_class = NewestClaimFirst
    serializer_class = RedemptionSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Redemption]:
        if getattr(self, "swagger_fake_view", False):
            return Redemption.objects.none()
        asked = RedemptionQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        found = Redemption.objects.select_related("drive")
        if slug := asked.validated_data.get("drive"):
            found = found.filter(drive__slug=slug)
        for name in ("state", "way_in"):
            if value := asked.validated_data.get(name):
                found = found.filter(**{name: value})
        return found
