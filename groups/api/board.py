"""The board, for whoever takes part in groups; no key opens it."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.access import seat_for
from alliance.api.pagination import NewestFirst
from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from groups.api.who import TakesPart, seats_of
from groups.models import BoardAnswer, BoardEntry, BoardOutcome, EntryKind
from groups.models.board import LONGEST_OUTCOME, LONGEST_TITLE, LONGEST_WORDS
from groups.queries import access
from groups.queries import board as queries
from groups.rules import TAKE_PART
from groups.services import board as services
from groups.services import board_answers as answering
from members.models import Segment


class LastListedFirst(NewestFirst):
    """By when it was put up, the newest first."""

    ordering = ("-listed_at", "-id")


class BoardEntrySerializer(serializers.ModelSerializer[BoardEntry]):
    """An ask or an offer."""

    author = serializers.CharField(source="author.person.name", help_text="Who put it up.")
    expires_at = serializers.DateTimeField(help_text="When it comes down by itself.")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = BoardEntry
        fields = (
            "id", "kind", "title", "words", "segment", "author", "listed_at", "expires_at",
            "edited_at", "closed_at", "outcome", "outcome_words", "url",
        )  # fmt: skip
        extra_kwargs = {
            "segment": {"help_text": "The kind of business; empty for every kind."},
            "outcome": {"help_text": "What came of it; empty while it is open."},
        }

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, entry: BoardEntry) -> str:
        return current_alliance().url(entry.get_absolute_url())


class NewBoardEntrySerializer(serializers.Serializer[Any]):
    """What is put up."""

    kind = serializers.ChoiceField(EntryKind.choices)
    title = serializers.CharField(max_length=LONGEST_TITLE)
    words = serializers.CharField(max_length=LONGEST_WORDS)
    segment = serializers.ChoiceField(Segment.choices, required=False, allow_blank=True, default="")


class ChangedBoardEntrySerializer(serializers.Serializer[Any]):
    """Other words for one's own entry."""

    kind = serializers.ChoiceField(EntryKind.choices, required=False)
    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    words = serializers.CharField(max_length=LONGEST_WORDS, required=False)
    segment = serializers.ChoiceField(Segment.choices, required=False, allow_blank=True)


class BoardQuerySerializer(serializers.Serializer[Any]):
    """Which entries are asked for."""

    kind = serializers.ChoiceField(EntryKind.choices, required=False, allow_blank=True)
    segment = serializers.ChoiceField(Segment.choices, required=False, allow_blank=True)


class BoardAnswerSerializer(serializers.ModelSerializer[BoardAnswer]):
    """An answer under an entry."""

    author = serializers.CharField(
        source="author.person.name", read_only=True, help_text="Who wrote it."
    )
    words = serializers.CharField(max_length=LONGEST_WORDS)

    class Meta:
        model = BoardAnswer
        fields = ("id", "author", "words", "created_at", "edited_at")
        read_only_fields = ("id", "created_at", "edited_at")


class BoardOutcomeSerializer(serializers.Serializer[Any]):
    """What came of an entry."""

    outcome = serializers.ChoiceField(BoardOutcome.choices)
    words = serializers.CharField(
        max_length=LONGEST_OUTCOME, required=False, allow_blank=True, default=""
    )


@extend_schema_view(
    get=extend_schema(summary="What hangs on the board", parameters=[BoardQuerySerializer])
)
class EntryList(generics.ListAPIView[BoardEntry]):
    """Open asks and offers, the newest first; a post puts one up."""

    permission_classes = (TakesPart,)
    serializer_class = BoardEntrySerializer
    pagination_class = LastListedFirst

    def get_queryset(self) -> QuerySet[BoardEntry]:
        if getattr(self, "swagger_fake_view", False):
            return BoardEntry.objects.none()
        asked = BoardQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        rows: Any = queries.shown_to(self.request.user)  # type: ignore[arg-type]
        return queries.filtered(rows.hanging(), **asked.validated_data)

    @extend_schema(
        summary="Put something up",
        request=NewBoardEntrySerializer,
        responses={201: BoardEntrySerializer},
    )
    def post(self, request: Request) -> Response:
        sent = NewBoardEntrySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = services.put_up(by=_by(request), **sent.validated_data)
        return Response(BoardEntrySerializer(made).data, status=201)


@extend_schema_view(get=extend_schema(summary="One ask or offer"))
class EntryDetail(generics.RetrieveAPIView[BoardEntry]):
    """Open, or closed with what came of it."""

    permission_classes = (TakesPart,)
    serializer_class = BoardEntrySerializer

    def get_object(self) -> BoardEntry:
        return _entry(self.request, self.kwargs["entry_id"])

    @extend_schema(
        summary="Change one's own entry",
        request=ChangedBoardEntrySerializer,
        responses={200: BoardEntrySerializer},
    )
    def patch(self, request: Request, entry_id: Any) -> Response:
        """Until it is closed; what is left out stays. What it said before is kept."""
        given = ChangedBoardEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = _own(request, entry_id)
        now = {name: getattr(entry, name) for name in ("kind", "title", "words", "segment")}
        services.change(entry=entry, by=_by(request), **{**now, **given.validated_data})
        return _shown(entry)


@extend_schema_view(get=extend_schema(summary="Answers to one entry"))
class AnswerList(generics.ListAPIView[BoardAnswer]):
    """Answers, the newest first; a post adds one."""

    permission_classes = (TakesPart,)
    serializer_class = BoardAnswerSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[BoardAnswer]:
        if getattr(self, "swagger_fake_view", False):
            return BoardAnswer.objects.none()
        entry = _entry(self.request, self.kwargs["entry_id"])
        return queries.answers_to(entry, self.request.user)  # type: ignore[arg-type]

    @extend_schema(
        summary="Answer an entry",
        request=BoardAnswerSerializer,
        responses={201: BoardAnswerSerializer},
    )
    def post(self, request: Request, entry_id: Any) -> Response:
        sent = BoardAnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        entry = _entry(request, entry_id)
        given = answering.answer(entry=entry, by=_by(request), **sent.validated_data)
        return Response(BoardAnswerSerializer(given).data, status=201)


class EntryOutcome(APIView):
    """Closes one's own entry."""

    permission_classes = (TakesPart,)

    @extend_schema(
        summary="Say what came of an entry",
        request=BoardOutcomeSerializer,
        responses={200: BoardEntrySerializer},
    )
    def post(self, request: Request, entry_id: Any) -> Response:
        sent = BoardOutcomeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        entry = _own(request, entry_id)
        services.close(entry=entry, by=_by(request), **sent.validated_data)
        return _shown(entry)


class EntryAgain(APIView):
    """Another 60 days for one's own entry."""

    permission_classes = (TakesPart,)

    @extend_schema(
        summary="Keep an entry up, or put it up again",
        request=None,
        responses={200: BoardEntrySerializer},
    )
    def post(self, request: Request, entry_id: Any) -> Response:
        """From now on, at the top; what is closed stays closed."""
        return _shown(services.put_up_again(entry=_own(request, entry_id), by=_by(request)))


class OwnAnswer(APIView):
    """One's own answer: other words, or taken back."""

    permission_classes = (TakesPart,)

    @extend_schema(
        summary="Change one's own answer",
        request=BoardAnswerSerializer,
        responses={200: BoardAnswerSerializer},
    )
    def patch(self, request: Request, answer_id: Any) -> Response:
        """Until its entry is closed. What it said before is kept for its author."""
        given = BoardAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answer = _own_answer(request, answer_id)
        changed = answering.change_answer(answer=answer, by=_by(request), **given.validated_data)
        return Response(BoardAnswerSerializer(changed).data)

    @extend_schema(summary="Take one's own answer back", request=None, responses={204: None})
    def delete(self, request: Request, answer_id: Any) -> Response:
        """For good."""
        answering.withdraw_answer(answer=_own_answer(request, answer_id), by=_by(request))
        return Response(status=204)


def _entry(request: Request, entry_id: Any) -> BoardEntry:
    rows: Any = queries.shown_to(request.user)  # type: ignore[arg-type]
    found: BoardEntry = get_object_or_404(rows.hanging() | rows.closed(), pk=entry_id)
    return found


def _own(request: Request, entry_id: Any) -> BoardEntry:
    return get_object_or_404(BoardEntry, pk=entry_id, author__person=request.user.pk)


def _own_answer(request: Request, answer_id: Any) -> BoardAnswer:
    rows = BoardAnswer.objects.standing().filter(author__person=request.user.pk)
    return get_object_or_404(rows.select_related("entry", "author__person"), pk=answer_id)


def _shown(entry: BoardEntry) -> Response:
    return Response(BoardEntrySerializer(queries.shown_to(None).get(pk=entry.pk)).data)


def _by(request: Request) -> Seat:
    seat = access.seat_in(seats_of(request)) or seat_for(seats_of(request), TAKE_PART)
    assert seat is not None
    return seat


_ENTRY = "groups/board/<uuid:entry_id>/"
urlpatterns = [
    path("groups/board/", EntryList.as_view(), name="api-board"),
    path(_ENTRY, EntryDetail.as_view(), name="api-board-entry"),
    path(_ENTRY + "answers/", AnswerList.as_view(), name="api-board-answers"),
    path(_ENTRY + "again/", EntryAgain.as_view(), name="api-board-again"),
    path(_ENTRY + "outcome/", EntryOutcome.as_view(), name="api-board-outcome"),
    path("groups/board/answers/<uuid:answer_id>/", OwnAnswer.as_view(), name="api-board-answer"),
]
