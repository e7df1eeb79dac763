"""Who is a member, on any day."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from alliance.api.permissions import seat_or_key
from members.api import MEMBERS_READ
from members.models import Membership, Status
from members.queries.standing import standing
from members.rules import SEE_MEMBERS


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A business's membership as it stood at the end of a day."""

    business = serializers.CharField(source="business.trade_name")
    slug = serializers.SlugField(source="business.slug")
    tier = serializers.CharField(source="tier.name")
    tier_id = serializers.UUIDField()
    status = serializers.ChoiceField(Status.choices)
    ends_on = serializers.DateField(
        source="paid_until",
        allow_null=True,
        help_text="The last day paid for without a gap; null where no term has begun.",
    )

    class Meta:
        model = Membership
        fields = ("id", "business", "slug", "tier", "tier_id", "joined_on", "status", "ends_on")


class MemberQuerySerializer(serializers.Serializer[Any]):
    """Which members are asked for, and of which day."""

    on = serializers.DateField(required=False, help_text="Their standing on this day; else today.")
    status = serializers.ChoiceField(
        Status.choices, required=False, allow_blank=True, help_text="One status on that day."
    )
    tier = serializers.UUIDField(required=False, help_text="The id of one tier.")


@extend_schema_view(
    list=extend_schema(summary="Members, newest first", parameters=[MemberQuerySerializer]),
    retrieve=extend_schema(summary="One member", parameters=[MemberQuerySerializer]),
)
class MemberViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Membership]
):
    """For staff, and for keys with the scope `members:read`."""

    permission_classes = (seat_or_key(SEE_MEMBERS, MEMBERS_READ),)
    serializer_class = MemberSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Membership]:
        if getattr(self, "swagger_fake_view", False):
            return Membership.objects.none()
        asked = MemberQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        found: Any = standing(wanted.get("on")).select_related("business", "tier")
        if wanted.get("status"):
            found = found.filter(status=wanted["status"])
        if "tier" in wanted:
            found = found.filter(tier=wanted["tier"])
        return found
