"""What members were asked to pay; payments by hand are recorded here too."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.access import seat_for
from alliance.api.permissions import seat_or_key
from alliance.models import AllianceKey
from alliance.services import keys
from members.api import MONEY_READ, MONEY_WRITE
from members.api.payments import PaymentSerializer
from members.models import BY_HAND, Instalment, Invoice, InvoiceLine, Method
from members.queries.memberships import today
from members.rules import SEE_MONEY, TAKE_MONEY
from members.services import payments

HEADER = "Idempotency-Key"
# PostgreSQL's integer, which holds an amount in minor units.
MOST = 2**31 - 1


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    """One line; one of dues buys one term."""

    class Meta:
        model = InvoiceLine
        fields = ("position", "kind", "description", "amount_minor")


class InstalmentSerializer(serializers.ModelSerializer[Instalment]):
    """A part with a day of its own."""

    class Meta:
        model = Instalment
        fields = ("position", "due_on", "amount_minor")


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """An invoice; amounts in minor units of its currency."""

    number = serializers.CharField(read_only=True)
    member = serializers.SlugField(source="business.slug", help_text="The business's slug.")
    due_minor = serializers.IntegerField(read_only=True, help_text="What is still owed.")
    lines = InvoiceLineSerializer(many=True)
    instalments = InstalmentSerializer(many=True)

    class Meta:
        model = Invoice
        fields = (
            "id",
            "number",
            "member",
            "bill_to",
            "issued_on",
            "due_on",
            "currency",
            "total_minor",
            "paid_minor",
            "credited_minor",
            "due_minor",
            "renews_from",
            "created_at",
            "lines",
            "instalments",
        )
        extra_kwargs = {
            "renews_from": {"help_text": "The last day of the term that it renews."},
            "paid_minor": {"help_text": "Payments less what was given back."},
        }


class InvoiceQuerySerializer(serializers.Serializer[Any]):
    """Which invoices are asked for."""

    member = serializers.SlugField(
        required=False, allow_blank=True, help_text="The slug of one business."
    )
    is_open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Whether something is still owed."
    )
    since = serializers.DateField(required=False, help_text="Issued on this day or after.")
    until = serializers.DateField(required=False, help_text="Issued on this day or before.")


class ReceiptSerializer(serializers.Serializer[Any]):
    """Money that came by hand."""

    amount_minor = serializers.IntegerField(min_value=1, max_value=MOST)
    method = serializers.ChoiceField([(m.value, m.label) for m in BY_HAND])
    received_on = serializers.DateField(required=False, help_text="The day it came; else today.")
    reference = serializers.CharField(required=False, allow_blank=True, max_length=120, default="")


class OnceSerializer(serializers.Serializer[Any]):
    """The header that makes a request count once: the same again gives the first one's answer."""

    key = serializers.RegexField(r"^[\x21-\x7e]{1,64}$")


@extend_schema_view(
    list=extend_schema(summary="Invoices, newest first", parameters=[InvoiceQuerySerializer]),
    retrieve=extend_schema(summary="One invoice with its lines and parts"),
)
class InvoiceViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Invoice]
):
    """For those who see the money, and for keys with the scope `money:read`."""

    permission_classes = (seat_or_key(SEE_MONEY, MONEY_READ),)
    serializer_class = InvoiceSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Invoice]:
        if getattr(self, "swagger_fake_view", False):
            return Invoice.objects.none()
        asked = InvoiceQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        found = Invoice.objects.select_related("business")
        found = found.prefetch_related("lines", "instalments")
        if wanted.get("member"):
            found = found.filter(business__slug=wanted["member"])
        if wanted["is_open"] is not None:
            still_owed = Invoice.objects.open().values("pk")
            found = (
                found.filter(pk__in=still_owed)
                if wanted["is_open"]
                else found.exclude(pk__in=still_owed)
            )
        if "since" in wanted:
            found = found.filter(issued_on__gte=wanted["since"])
        if "until" in wanted:
            found = found.filter(issued_on__lte=wanted["until"])
        return found

    @extend_schema(
        summary="Record a payment by hand",
        description="For those who take money, and for keys with the scope `money:write`.",
        parameters=[
            OpenApiParameter(
                HEADER,
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="Names this payment, in up to 64 signs; sent again, it is the same.",
            )
        ],
        request=ReceiptSerializer,
        responses={201: PaymentSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="payments",
        permission_classes=[seat_or_key(TAKE_MONEY, MONEY_WRITE)],
    )
    def payments(self, request: Request, pk: Any = None) -> Response:
        once = OnceSerializer(data={"key": request.headers.get(HEADER, "")})
        if not once.is_valid():
            raise serializers.ValidationError({HEADER: once.errors["key"]})
        receipt = ReceiptSerializer(data=request.data)
        receipt.is_valid(raise_exception=True)
        answer = _record(request, self.get_object(), once.validated_data["key"], receipt)
        return Response(answer, status=status.HTTP_201_CREATED)


def _record(
    request: Request, invoice: Invoice, key: str, receipt: ReceiptSerializer
) -> dict[str, Any]:
    """Records it once; a key has no seat, so that nobody stands as who did it."""
    asked = receipt.validated_data
    is_key = isinstance(request.auth, AllianceKey)
    seat = None if is_key else seat_for(request._request.seats, TAKE_MONEY)  # type: ignore[attr-defined]
    who = f"key:{request.auth.pk}" if is_key else f"seat:{seat.pk if seat else ''}"

    def record() -> dict[str, Any]:
        payment = payments.record(
            invoice=invoice,
            receipt=payments.Receipt(
                amount_minor=asked["amount_minor"],
                method=Method(asked["method"]),
                received_on=asked.get("received_on") or today(),
                reference=asked["reference"],
            ),
            key=f"api:{who}:{key}",
            by=seat,
        )
        return dict(PaymentSerializer(payment).data)

    words = {"invoice": str(invoice.pk), **asked}
    return keys.once(actor=who, operation="invoice.payment", key=key, request=words, effect=record)
