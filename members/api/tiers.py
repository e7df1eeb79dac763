"""What membership costs."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from alliance.access import seat_for
from alliance.api.pagination import ById
from alliance.api.permissions import AnyoneMayRead
from alliance.models import AllianceKey
from members.api import MEMBERS_READ
from members.models import Tier
from members.rules import SEE_MEMBERS


class TierSerializer(serializers.ModelSerializer[Tier]):
    """A kind of membership, priced a term; amounts in minor units of its currency."""

    benefits = serializers.ListField(
        child=serializers.CharField(), source="benefit_lines", help_text="What it brings."
    )

    class Meta:
        model = Tier
        fields = (
            "id",
            "name",
            "description",
            "price_minor",
            "currency",
            "least_minor",
            "most_minor",
            "term_kind",
            "term_months",
            "rollover_month",
            "rollover_day",
            "proration",
            "seats",
            "benefits",
            "is_public",
            "retired_at",
        )
        extra_kwargs = {
            "least_minor": {"help_text": "Where the member chooses: at least this."},
            "most_minor": {"help_text": "Where the member chooses: at most this."},
            "seats": {"help_text": "How many people may speak for the business."},
        }


@extend_schema_view(
    list=extend_schema(summary="Tiers, oldest first", auth=[]),
    retrieve=extend_schema(summary="One tier", auth=[]),
)
class TierViewSet(viewsets.ReadOnlyModelViewSet[Tier]):
    """Tiers that can be chosen; for staff, and keys with `members:read`, all of them."""

    permission_classes = (AnyoneMayRead,)
    serializer_class = TierSerializer
    pagination_class = ById
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Tier]:
        if getattr(self, "swagger_fake_view", False):
            return Tier.objects.none()
        return Tier.objects.all() if self._sees_all() else Tier.objects.open_to_join()

    def _sees_all(self) -> bool:
        if isinstance(self.request.auth, AllianceKey):
            return MEMBERS_READ in self.request.auth.scopes
        seats = self.request._request.seats  # type: ignore[attr-defined]
        return seat_for(seats, SEE_MEMBERS) is not None
