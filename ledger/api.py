"""Entries with their lines, and accounts with their balances, for staff and keys."""

from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from alliance.api.pagination import ByCode, HighestNumberFirst
from alliance.api.permissions import seat_or_key
from ledger.models import Account, Entry, EntryKind, Line
from ledger.queries.balances import trial_balance
from ledger.queries.journal import Wanted, entries
from ledger.rules import SEE_JOURNAL

READ_LEDGER = "ledger:read"


class LineSerializer(serializers.ModelSerializer[Line]):
    """A part of an entry on one account."""

    account = serializers.CharField(source="account.code", help_text="The account's code.")
    account_id = serializers.UUIDField()

    class Meta:
        model = Line
        fields = ("position", "account", "account_id", "amount_minor", "party", "memo")
        extra_kwargs = {
            "amount_minor": {"help_text": "A debit above zero, a credit below."},
            "party": {"help_text": "The id of the business that it concerns."},
        }


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """One thing that happened to money; its lines sum to zero."""

    # As it was sealed: in UTC, with all six digits.
    at = serializers.DateTimeField(format="%Y-%m-%dT%H:%M:%S.%fZ", default_timezone=UTC)
    seat = serializers.UUIDField(
        source="seat_id", allow_null=True, help_text="Who wrote it; null where nobody did."
    )
    reverses = serializers.UUIDField(
        source="reverses_id", allow_null=True, help_text="The entry that this one takes back."
    )
    lines = LineSerializer(many=True)

    class Meta:
        model = Entry
        fields = (
            "id",
            "number",
            "at",
            "on",
            "kind",
            "currency",
            "memo",
            "key",
            "reverses",
            "seat",
            "previous_hash",
            "hash",
            "lines",
        )
        extra_kwargs = {
            "on": {"help_text": "Its day in the books."},
            "key": {"help_text": "Its cause; the same cause is booked once."},
            "previous_hash": {"help_text": "The seal of the entry before."},
            "hash": {"help_text": "Its own seal."},
        }


class EntryQuerySerializer(serializers.Serializer[Any]):
    """Which entries are asked for."""

    account = serializers.UUIDField(required=False, help_text="With a line on this account.")
    party = serializers.UUIDField(required=False, help_text="With a line that concerns it.")
    since = serializers.DateField(required=False, help_text="From this day of the books.")
    until = serializers.DateField(required=False, help_text="To this day of the books.")
    kind = serializers.ChoiceField(
        EntryKind.choices, required=False, allow_blank=True, help_text="One kind."
    )


@extend_schema_view(
    list=extend_schema(
        summary="Entries of the journal, highest number first", parameters=[EntryQuerySerializer]
    ),
    retrieve=extend_schema(summary="One entry with its lines"),
)
class EntryViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Entry]
):
    """For those who may read the journal, and for keys with the scope `ledger:read`."""

    permission_classes = (seat_or_key(SEE_JOURNAL, READ_LEDGER),)
    serializer_class = EntrySerializer
    pagination_class = HighestNumberFirst
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Entry]:
        if getattr(self, "swagger_fake_view", False):
            return Entry.objects.none()
        asked = EntryQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return entries(Wanted(**asked.validated_data)).prefetch_related("lines__account")


class AccountSerializer(serializers.ModelSerializer[Account]):
    """One account with what it comes to."""

    name = serializers.CharField(read_only=True)
    balance_minor = serializers.SerializerMethodField(
        help_text="Debits less credits, in minor units."
    )

    class Meta:
        model = Account
        fields = ("id", "key", "code", "name", "kind", "balance_minor")

    def get_balance_minor(self, account: Account) -> int:
        balances: dict[UUID, int] = self.context["balances"]
        return balances.get(account.pk, 0)


class AccountQuerySerializer(serializers.Serializer[Any]):
    """The day of the balances."""

    on = serializers.DateField(
        required=False, help_text="At the end of this day; else with all entries."
    )


@extend_schema_view(
    list=extend_schema(
        summary="Accounts with their balances, by code", parameters=[AccountQuerySerializer]
    ),
    retrieve=extend_schema(
        summary="One account with its balance", parameters=[AccountQuerySerializer]
    ),
)
class AccountViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Account]
):
    """For those who may read the journal, and for keys with the scope `ledger:read`."""

    permission_classes = (seat_or_key(SEE_JOURNAL, READ_LEDGER),)
    serializer_class = AccountSerializer
    pagination_class = ByCode
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Account]:
        if getattr(self, "swagger_fake_view", False):
            return Account.objects.none()
        return Account.objects.all()

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if getattr(self, "swagger_fake_view", False):
            return {**context, "balances": {}}
        asked = AccountQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        balance = trial_balance(on=asked.validated_data.get("on"))
        balances = {row.account.pk: row.amount_minor for row in balance.rows}
        return {**context, "balances": balances}
