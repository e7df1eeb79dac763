"""Loans and lenders for staff and keys: figures, schedules, payments; no pledger's name."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from alliance.api.pagination import HighestNumberFirst
from alliance.api.permissions import seat_or_key
from lending.models import Lender, Loan, LoanPayment, LoanState, ScheduleLine
from lending.queries import staff as queries
from lending.queries.truth import truth_of
from lending.rules import SEE_LOANS

READ_LOANS = "loans:read"
RATE: dict[str, Any] = {"max_digits": 12, "decimal_places": 4}


class TruthSerializer(serializers.Serializer[Any]):
    """The truth box as both sides saw it; amounts in minor units, rates in percent."""

    amount_minor = serializers.IntegerField(source="box.amount_minor")
    received_minor = serializers.IntegerField(
        source="box.received_minor", help_text="What is left once an upfront fee is kept back."
    )
    payment_minor = serializers.IntegerField(
        source="box.payment_minor", help_text="The level monthly payment, without fees."
    )
    fees_minor = serializers.IntegerField(source="box.fees_minor", help_text="All fees together.")
    total_due_minor = serializers.IntegerField(source="box.total_due_minor")
    apr = serializers.DecimalField(**RATE, help_text="The yearly rate without fees.")
    all_in_apr = serializers.DecimalField(
        **RATE, help_text="The yearly rate with every fee counted."
    )
    months = serializers.IntegerField()
    honour = serializers.DecimalField(
        **RATE, help_text="The conservative part of pledges that is kept."
    )
    cover = serializers.DecimalField(
        **RATE, help_text="How often the pledges' earnings pay the payment; a ratio."
    )
    break_even_honour = serializers.DecimalField(**RATE)
    break_even_spending = serializers.DecimalField(**RATE)
    base_minor = serializers.IntegerField(help_text="The eligible base that day.")
    pledgers = serializers.IntegerField(help_text="How many pledges stood behind it that day.")


class ScheduleLineSerializer(serializers.ModelSerializer[ScheduleLine]):
    """One payment that falls due; amounts in minor units."""

    due_minor = serializers.IntegerField(help_text="Interest, principal and fee together.")
    owed_minor = serializers.IntegerField(help_text="What of it is still unpaid.")

    class Meta:
        model = ScheduleLine
        fields = (
            "number",
            "due_on",
            "due_minor",
            "fee_minor",
            "interest_minor",
            "principal_minor",
            "balance_minor",
            "owed_minor",
        )


class LoanPaymentSerializer(serializers.ModelSerializer[LoanPayment]):
    """What was paid and what it went to; a reversal names the payment that it takes back."""

    reverses = serializers.UUIDField(
        source="reverses_id", allow_null=True, help_text="The payment that this takes back."
    )

    class Meta:
        model = LoanPayment
        fields = (
            "id",
            "way",
            "on",
            "paid_minor",
            "fees_minor",
            "interest_minor",
            "principal_minor",
            "returned_minor",
            "reverses",
            "at",
        )


class LoanSerializer(serializers.ModelSerializer[Loan]):
    """A loan as staff see it."""

    reference = serializers.CharField(help_text="What stands on a transfer, such as L-0007.")
    drive = serializers.CharField(source="drive.slug", help_text="The slug of its drive.")
    business = serializers.CharField(source="drive.business.trade_name")
    lender = serializers.CharField(source="lender.name")
    truth = serializers.SerializerMethodField(help_text="The truth box as both sides saw it.")
    schedule = ScheduleLineSerializer(
        source="lines_in_force", many=True, help_text="Lines in force."
    )
    payments = LoanPaymentSerializer(source="all_payments", many=True, help_text="Oldest first.")

    class Meta:
        model = Loan
        fields = (
            "id",
            "reference",
            "drive",
            "business",
            "lender",
            "state",
            "outcome",
            "currency",
            "amount_minor",
            "balance_minor",
            "repayment",
            "accepted_at",
            "disbursed_on",
            "late_since",
            "closed_on",
            "truth",
            "schedule",
            "payments",
        )

    @extend_schema_field(TruthSerializer)
    def get_truth(self, loan: Loan) -> dict[str, Any]:
        return TruthSerializer(truth_of(loan.offer)).data


class LoanQuerySerializer(serializers.Serializer[Any]):
    """Which loans are asked for."""

    drive = serializers.SlugField(
        required=False, allow_blank=True, help_text="The slug of one drive."
    )
    state = serializers.ChoiceField(
        LoanState.choices, required=False, allow_blank=True, help_text="One state."
    )


@extend_schema_view(
    list=extend_schema(summary="Loans, newest first", parameters=[LoanQuerySerializer]),
    retrieve=extend_schema(summary="One loan"),
)
class LoanViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Loan]):
    """For staff who see loans, and for keys with the scope `loans:read`."""

    permission_classes = (seat_or_key(SEE_LOANS, READ_LOANS),)
    pagination_class = HighestNumberFirst
    serializer_class = LoanSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Loan]:
        if getattr(self, "swagger_fake_view", False):
            return Loan.objects.none()
        asked = LoanQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        lines = ScheduleLine.objects.in_force().order_by("number")
        payments = LoanPayment.objects.order_by("at", "id")
        found = queries.whole_loans().prefetch_related(
            Prefetch("lines", queryset=lines, to_attr="lines_in_force"),
            Prefetch("payments", queryset=payments, to_attr="all_payments"),
        )
        if slug := asked.validated_data.get("drive"):
            found = found.filter(drive__slug=slug)
        if state := asked.validated_data.get("state"):
            found = found.filter(state=state)
        return found


class LenderSerializer(serializers.ModelSerializer[Lender]):
    """A lender; amounts in minor units of the alliance's currency."""

    running_loans = serializers.IntegerField(
        source="running", help_text="Loans that are paid out and not closed."
    )
    balance_minor = serializers.IntegerField(help_text="The principal that is owed on them.")

    class Meta:
        model = Lender
        fields = (
            "id",
            "name",
            "kind",
            "licence_note",
            "about",
            "cap_minor",
            "created_at",
            "ended_at",
            "running_loans",
            "balance_minor",
        )


@extend_schema_view(
    list=extend_schema(summary="Lenders, newest first"),
    retrieve=extend_schema(summary="One lender"),
)
class LenderViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Lender]
):
    """For staff who see loans, and for keys with the scope `loans:read`."""

    permission_classes = (seat_or_key(SEE_LOANS, READ_LOANS),)
    serializer_class = LenderSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Lender]:
        if getattr(self, "swagger_fake_view", False):
            return Lender.objects.none()
        return queries.lenders()
