"""Money that came in."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from alliance.api.pagination import NewestFirst
from alliance.api.permissions import seat_or_key
from members.api import MONEY_READ
from members.models import Method, Payment
from members.rules import SEE_MONEY


class NewestRecordedFirst(NewestFirst):
    """By the moment of recording and id."""

    ordering = ("-recorded_at", "-id")


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """Money received on an invoice; amounts in minor units of its currency."""

    number = serializers.CharField(read_only=True, help_text="The receipt's number.")
    invoice = serializers.CharField(source="invoice.number", help_text="The invoice's number.")
    invoice_id = serializers.UUIDField()
    member = serializers.SlugField(source="business.slug", help_text="The business's slug.")

    class Meta:
        model = Payment
        fields = (
            "id",
            "number",
            "invoice",
            "invoice_id",
            "member",
            "method",
            "amount_minor",
            "fee_minor",
            "refunded_minor",
            "currency",
            "received_on",
            "reference",
            "recorded_at",
        )
        extra_kwargs = {
            "fee_minor": {"help_text": "What the processor kept of it."},
            "refunded_minor": {"help_text": "What of it went back, or is asked back."},
        }


class PaymentQuerySerializer(serializers.Serializer[Any]):
    """Which payments are asked for."""

    member = serializers.SlugField(
        required=False, allow_blank=True, help_text="The slug of one business."
    )
    method = serializers.ChoiceField(
        Method.choices, required=False, allow_blank=True, help_text="One way to pay."
    )
    since = serializers.DateField(required=False, help_text="Received on this day or after.")
    until = serializers.DateField(required=False, help_text="Received on this day or before.")


@extend_schema_view(
    list=extend_schema(summary="Payments, newest first", parameters=[PaymentQuerySerializer]),
    retrieve=extend_schema(summary="One payment"),
)
class PaymentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Payment]
):
    """For those who see the money, and for keys with the scope `money:read`."""

    permission_classes = (seat_or_key(SEE_MONEY, MONEY_READ),)
    serializer_class = PaymentSerializer
    pagination_class = NewestRecordedFirst
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Payment]:
        if getattr(self, "swagger_fake_view", False):
            return Payment.objects.none()
        asked = PaymentQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        found = Payment.objects.select_related("business", "invoice")
        if wanted.get("member"):
            found = found.filter(business__slug=wanted["member"])
        if wanted.get("method"):
            found = found.filter(method=wanted["method"])
        if "since" in wanted:
            found = found.filter(received_on__gte=wanted["since"])
        if "until" in wanted:
            found = found.filter(received_on__lte=wanted["until"])
        return found
