"""Groups and who is in them: for members as they may read them, for keys without circles."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers, viewsets
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from alliance.api.pagination import ById, NewestFirst
from alliance.api.permissions import seat_or_key
from alliance.models import AllianceKey
from alliance.tenancy.scope import current_alliance
from groups.api.who import seats_of
from groups.models import INSIDE, LIVE_GROUPS, Group, GroupKind, GroupMember
from groups.queries import access, pages
from groups.rules import TAKE_PART

READ_GROUPS = "groups:read"


class GroupSerializer(serializers.ModelSerializer[Group]):
    """A group that the reader may know of."""

    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Group
        fields = (
            "slug",
            "name",
            "purpose",
            "kind",
            "segment",
            "state",
            "member_count",
            "opened_at",
            "last_post_at",
            "url",
        )
        extra_kwargs = {
            "purpose": {"help_text": "What it is for, in 280 characters."},
            "segment": {"help_text": "The kind of business; empty for every kind."},
            "member_count": {"help_text": "Who has joined, introduced or not."},
        }

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, group: Group) -> str:
        return current_alliance().url(group.get_absolute_url())


class GroupMemberSerializer(serializers.ModelSerializer[GroupMember]):
    """Somebody in a group."""

    name = serializers.CharField(source="seat.person.name", help_text="The person's name.")

    class Meta:
        model = GroupMember
        fields = ("id", "name", "state", "joined_at", "introduced_at")


@extend_schema_view(
    list=extend_schema(summary="Groups, newest first"),
    retrieve=extend_schema(summary="One group"),
)
class GroupViewSet(viewsets.ReadOnlyModelViewSet[Group]):
    """Groups in which people can write; a key with `groups:read` sees all but circles."""

    permission_classes = (seat_or_key(TAKE_PART, READ_GROUPS),)
    serializer_class = GroupSerializer
    pagination_class = NewestFirst
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Group]:
        if getattr(self, "swagger_fake_view", False):
            return Group.objects.none()
        return _listed(self.request).filter(state__in=LIVE_GROUPS)


@extend_schema_view(get=extend_schema(summary="Who is in a group, who joined first at the top"))
class GroupMemberList(generics.ListAPIView[GroupMember]):
    """For whoever may read the group's topics."""

    permission_classes = (seat_or_key(TAKE_PART, READ_GROUPS),)
    serializer_class = GroupMemberSerializer
    pagination_class = ById

    def get_queryset(self) -> QuerySet[GroupMember]:
        if getattr(self, "swagger_fake_view", False):
            return GroupMember.objects.none()
        group = get_object_or_404(_readable(self.request), slug=self.kwargs["slug"])
        if isinstance(self.request.auth, AllianceKey):
            rows: Any = GroupMember.objects.filter(group=group, state__in=INSIDE)
            found: QuerySet[GroupMember] = rows.select_related("seat__person")
            return found
        return pages.people_of(group, seats_of(self.request))


def _listed(request: Request) -> QuerySet[Group]:
    if isinstance(request.auth, AllianceKey):
        return _of_keys()
    return access.listed_groups(seats_of(request))


def _readable(request: Request) -> QuerySet[Group]:
    if isinstance(request.auth, AllianceKey):
        return _of_keys()
    return access.readable_groups(seats_of(request))


def _of_keys() -> QuerySet[Group]:
    rows: QuerySet[Group] = Group.objects.begun().exclude(kind=GroupKind.CIRCLE)
    return rows


router = SimpleRouter(use_regex_path=False)
router.register("groups", GroupViewSet, basename="api-group")
urlpatterns = [
    path("groups/<slug:slug>/members/", GroupMemberList.as_view(), name="api-group-members"),
    *router.urls,
]
