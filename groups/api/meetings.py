"""Groups' meetings, for whoever takes part in groups; no key opens them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request

from alliance.api.pagination import NewestFirst
from alliance.tenancy.scope import current_alliance
from groups.api.who import TakesPart, seats_of
from groups.models import AgendaItem, Commitment, Meeting
from groups.queries import access
from groups.queries import meetings as queries


class LatestMeetingFirst(NewestFirst):
    """By when it begins, the latest first."""

    ordering = ("-starts_at", "-id")


class AgendaItemSerializer(serializers.ModelSerializer[AgendaItem]):
    """One part of a meeting."""

    member = serializers.CharField(
        source="member.seat.person.name", default=None, help_text="Whose hot seat; null: nobody's."
    )

    class Meta:
        model = AgendaItem
        fields = ("position", "kind", "minutes", "member", "words")


class CommitmentSerializer(serializers.ModelSerializer[Commitment]):
    """What somebody means to do."""

    member = serializers.CharField(source="member.seat.person.name", help_text="Whose it is.")

    class Meta:
        model = Commitment
        fields = ("id", "member", "words", "at", "done_at", "let_go_at")


class GroupMeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting of a group; the address online is for those who come, on its page."""

    title = serializers.CharField(source="gathering.title")
    place_name = serializers.CharField(source="gathering.place_name")
    address = serializers.CharField(source="gathering.address")
    is_cancelled = serializers.BooleanField(source="gathering.is_cancelled")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Meeting
        fields = (
            "id", "title", "starts_at", "ends_at", "place_name", "address", "is_cancelled", "url",
        )  # fmt: skip

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, meeting: Meeting) -> str:
        return current_alliance().url(meeting.get_absolute_url())


class WholeGroupMeetingSerializer(GroupMeetingSerializer):
    """A meeting with its agenda and what was promised there."""

    agenda = AgendaItemSerializer(many=True)
    commitments = serializers.SerializerMethodField(help_text="Made at this meeting.")

    class Meta(GroupMeetingSerializer.Meta):
        fields = (*GroupMeetingSerializer.Meta.fields, "agenda", "commitments")  # type: ignore[assignment]

    @extend_schema_field(CommitmentSerializer(many=True))
    def get_commitments(self, meeting: Meeting) -> Any:
        return CommitmentSerializer(queries.made_at(meeting), many=True).data


@extend_schema_view(get=extend_schema(summary="A group's meetings, the latest first"))
class MeetingList(generics.ListAPIView[Meeting]):
    """For whoever may read the group."""

    permission_classes = (TakesPart,)
    serializer_class = GroupMeetingSerializer
    pagination_class = LatestMeetingFirst

    def get_queryset(self) -> QuerySet[Meeting]:
        if getattr(self, "swagger_fake_view", False):
            return Meeting.objects.none()
        return _meetings(self.request, self.kwargs["slug"])


@extend_schema_view(get=extend_schema(summary="One meeting, its agenda and commitments"))
class MeetingDetail(generics.RetrieveAPIView[Meeting]):
    """For whoever may read the group."""

    permission_classes = (TakesPart,)
    serializer_class = WholeGroupMeetingSerializer

    def get_object(self) -> Meeting:
        rows = _meetings(self.request, self.kwargs["slug"])
        found = rows.prefetch_related("agenda__member__seat__person")
        return get_object_or_404(found, pk=self.kwargs["meeting_id"])


def _meetings(request: Request, slug: str) -> QuerySet[Meeting]:
    group = get_object_or_404(access.readable_groups(seats_of(request)), slug=slug)
    return queries.of_group(group)


_MEETINGS = "groups/<slug:slug>/meetings/"
urlpatterns = [
    path(_MEETINGS, MeetingList.as_view(), name="api-meetings"),
    path(_MEETINGS + "<uuid:meeting_id>/", MeetingDetail.as_view(), name="api-meeting"),
]
