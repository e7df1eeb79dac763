"""Flags, cases, decisions, appeals for those who are signed in; agreements, counts for all."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.access import seat_for
from alliance.api.pagination import NewestFirst
from alliance.api.permissions import AnyoneMayRead
from alliance.errors import DomainError
from alliance.models import AllianceKey, Seat
from moderation import content
from moderation.models import Agreement, Case, Decision, Flag, Outcome
from moderation.queries import agreements as agreement_queries
from moderation.queries import cases as queries
from moderation.queries import counts
from moderation.rules import SEE_CASES
from moderation.services import appeals, decisions, flags


def _seats(request: Request) -> tuple[Seat, ...]:
    """Of whoever is signed in; none for a key."""
    if isinstance(request.auth, AllianceKey):
        return ()
    return tuple(request._request.seats)  # type: ignore[attr-defined]


class WithASeat(BasePermission):
    """Whoever is signed in and has a seat here; no key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(_seats(request))


class LooksAfter(BasePermission):
    """Whoever is signed in and may see cases; no key."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return seat_for(_seats(request), SEE_CASES) is not None


class NewestCaseFirst(NewestFirst):
    """By when the case was opened."""

    ordering = ("-opened_at", "-id")


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """One agreement."""

    class Meta:
        model = Agreement
        fields = ("id", "position", "title", "words")


class AgreementSetSerializer(serializers.Serializer[Any]):
    """The version that counts now; number 0 and no agreements where there is none."""

    number = serializers.IntegerField()
    agreements = AgreementSerializer(many=True)


class MonthSerializer(serializers.Serializer[Any]):
    """One month; null: fewer than five, or too few for a median."""

    first_day = serializers.DateField()
    flags = serializers.IntegerField(allow_null=True)
    actions = serializers.IntegerField(allow_null=True)
    appeals = serializers.IntegerField(allow_null=True)
    overturned = serializers.IntegerField(allow_null=True)
    median_hours = serializers.FloatField(allow_null=True)


class NewFlagSerializer(serializers.Serializer[Any]):
    """What breaks which agreement."""

    kind = serializers.CharField(max_length=60, help_text='Such as "pledges.drive".')
    subject = serializers.UUIDField(help_text="Its id.")
    agreement = serializers.UUIDField(help_text="The id of an agreement that counts there.")
    note = serializers.CharField(max_length=600, required=False, allow_blank=True, default="")
    is_outside = serializers.BooleanField(
        required=False, default=False, help_text="Keep it from the stewards of its own space."
    )


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """One's own flag; `upheld` is null until it is decided."""

    agreement = serializers.UUIDField(source="agreement_id")

    class Meta:
        model = Flag
        fields = ("id", "agreement", "note", "upheld", "at")


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What was decided and why."""

    agreement = serializers.UUIDField(source="agreement_id", allow_null=True)

    class Meta:
        model = Decision
        fields = ("stage", "outcome", "agreement", "reasons", "until", "at")


class CaseSerializer(serializers.ModelSerializer[Case]):
    """Something that somebody wrote is looked at; `words` as they stood when it began."""

    subject = serializers.UUIDField(source="subject_id")
    space = serializers.UUIDField(source="space_id", allow_null=True)
    is_overdue = serializers.BooleanField()
    decisions = DecisionSerializer(many=True)

    class Meta:
        model = Case
        fields = (
            "id",
            "kind",
            "subject",
            "title",
            "words",
            "space",
            "state",
            "origin",
            "reason",
            "opened_at",
            "first_due_at",
            "appeal_due_at",
            "is_overdue",
            "decisions",
        )


class NewDecisionSerializer(serializers.Serializer[Any]):
    """What happens; the agreement is needed unless it is `keep`."""

    outcome = serializers.ChoiceField(Outcome.choices)
    agreement = serializers.UUIDField(required=False, allow_null=True, default=None)
    reasons = serializers.CharField(max_length=2000, help_text="Both sides read them.")


class NewAppealSerializer(serializers.Serializer[Any]):
    """Why somebody else should look once more."""

    words = serializers.CharField(max_length=2000)


class AgreementsView(APIView):
    """What counts in the whole alliance."""

    permission_classes = (AnyoneMayRead,)

    @extend_schema(summary="The agreements", auth=[], responses=AgreementSetSerializer)
    def get(self, request: Request) -> Response:
        """GET /api/v1/moderation/agreements/."""
        current = agreement_queries.current(None)
        told = {
            "number": current.number if current else 0,
            "agreements": agreement_queries.agreements_of(None),
        }
        return Response(AgreementSetSerializer(told).data)


class CountsView(APIView):
    """How often something was flagged, decided, appealed."""

    permission_classes = (AnyoneMayRead,)

    @extend_schema(
        summary="Monthly counts, from five up", auth=[], responses=MonthSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """GET /api/v1/moderation/counts/."""
        return Response(MonthSerializer(counts.months(), many=True).data)


class FlagsView(APIView):
    """Flags something that one may read."""

    permission_classes = (WithASeat,)

    @extend_schema(
        summary="Flag something", request=NewFlagSerializer, responses={201: FlagSerializer}
    )
    def post(self, request: Request) -> Response:
        """POST /api/v1/moderation/flags/."""
        asked = NewFlagSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, seats = asked.validated_data, _seats(request)
        kind, subject = content.by_key(wanted["kind"]), None
        if kind is not None:
            subject = content.find(kind.key, wanted["subject"])
        if kind is None or subject is None or not kind.may_read(subject, seats):
            raise Http404
        if subject.hidden_at is not None:
            raise Http404
        made = flags.flag(
            subject=subject,
            agreement=_agreement(wanted["agreement"]),
            note=wanted["note"],
            is_outside=wanted["is_outside"],
            by=seats[0],
        )
        return Response(FlagSerializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    list=extend_schema(summary="What of mine was looked at, newest first"),
    retrieve=extend_schema(summary="One case of mine"),
)
class OwnCaseViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Case]
):
    """Cases about what the signed-in person wrote."""

    permission_classes = (WithASeat,)
    pagination_class = NewestCaseFirst
    serializer_class = CaseSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Case]:
        if getattr(self, "swagger_fake_view", False):
            return Case.objects.none()
        found: QuerySet[Case] = queries.of_author(self.request.user)  # type: ignore[arg-type]
        return found

    @extend_schema(
        summary="Ask for a second look",
        request=NewAppealSerializer,
        responses={201: CaseSerializer},
    )
    @action(detail=True, methods=["post"])
    def appeal(self, request: Request, pk: UUID) -> Response:
        """Once, in one's own words."""
        case = self.get_object()
        asked = NewAppealSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        appeals.appeal(case=case, words=asked.validated_data["words"], by=_seats(request)[0])
        return _told(self.get_object())


@extend_schema_view(
    list=extend_schema(summary="Cases that one looks after, newest first"),
    retrieve=extend_schema(summary="One case"),
)
class CaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Case]):
    """For staff and stewards, where they look after it; never their own."""

    permission_classes = (LooksAfter,)
    pagination_class = NewestCaseFirst
    serializer_class = CaseSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Case]:
        if getattr(self, "swagger_fake_view", False):
            return Case.objects.none()
        found: QuerySet[Case] = queries.seen_by(_seats(self.request))
        return found.prefetch_related("decisions")

    @extend_schema(
        summary="Decide it, or hear its appeal",
        request=NewDecisionSerializer,
        responses={201: CaseSerializer},
    )
    @action(detail=True, methods=["post"])
    def decision(self, request: Request, pk: UUID) -> Response:
        """The first decision, or after an appeal the last one, by somebody who had no part."""
        case, seats = self.get_object(), _seats(request)
        asked = NewDecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        decider, hearer = queries.decider(case, seats), queries.hearer(case, seats)
        by = decider or hearer
        if by is None:
            raise DomainError("This is not yours to decide, or it was decided already.")
        wanted = asked.validated_data
        rule = _agreement(wanted["agreement"]) if wanted["agreement"] else None
        act = decisions.decide if decider else appeals.hear
        act(case=case, outcome=wanted["outcome"], agreement=rule, reasons=wanted["reasons"], by=by)
        return _told(self.get_object())


def _told(case: Case) -> Response:
    return Response(CaseSerializer(case).data, status=status.HTTP_201_CREATED)


def _agreement(pk: UUID) -> Agreement:
    return get_object_or_404(Agreement, pk=pk)
