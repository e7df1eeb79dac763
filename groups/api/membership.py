"""Joining a group, one's own place in it, the introduction: for whoever takes part in groups.

A key opens none of it: whoever joins is somebody.
"""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.tenancy.scope import current_alliance
from groups.api.who import TakesPart, count, seats_of, writer
from groups.models import Digest, Group, GroupKind, GroupMember, Introduction, JoinQuestion
from groups.models.introductions import LONGEST_ASK, LONGEST_STORY
from groups.models.members import LEAST_BUDGET, MOST_BUDGET
from groups.queries import access
from groups.services import introductions as introducing
from groups.services import members as services
from moderation.models import Agreement
from moderation.queries import agreements

LONGEST_ANSWER = 1000


class GroupAgreementSerializer(serializers.ModelSerializer[Agreement]):
    """One agreement of a group."""

    class Meta:
        model = Agreement
        fields = ("title", "words")


class JoinQuestionSerializer(serializers.ModelSerializer[JoinQuestion]):
    """What those who ask to join are asked."""

    class Meta:
        model = JoinQuestion
        fields = ("id", "words")


class JoiningSerializer(serializers.Serializer[Any]):
    """What it takes to be in a group."""

    version = serializers.UUIDField(
        allow_null=True, help_text="Names the words that are accepted; send it back with them."
    )
    is_accepted = serializers.BooleanField(help_text="Whether you have accepted this version.")
    agreements = GroupAgreementSerializer(many=True)
    questions = JoinQuestionSerializer(many=True, help_text="To be answered, each.")


class JoinAnswerSerializer(serializers.Serializer[Any]):
    """The answer to one question."""

    question = serializers.UUIDField(help_text="The question's id.")
    answer = serializers.CharField(max_length=LONGEST_ANSWER)


class AcceptedSerializer(serializers.Serializer[Any]):
    """Which agreements were read and are accepted."""

    version = serializers.UUIDField(
        allow_null=True, help_text="As the agreements gave it; null where there are none."
    )


class JoinSerializer(AcceptedSerializer):
    """The agreements, accepted, and the answers to the group's questions."""

    answers = JoinAnswerSerializer(many=True, required=False, default=list)


class OwnMembershipSerializer(serializers.ModelSerializer[GroupMember]):
    """One's own place in a group."""

    group = serializers.CharField(source="group.slug", help_text="The slug of the group.")
    is_muted = serializers.SerializerMethodField(help_text="The group writes nothing at all.")
    may_write = serializers.BooleanField(help_text="Whether they have introduced themselves.")
    url = serializers.SerializerMethodField(help_text="The group's page.")

    class Meta:
        model = GroupMember
        fields = (
            "id", "group", "state", "joined_at", "agreed_at", "introduced_at", "last_active_at",
            "digest", "budget_minutes", "is_muted", "may_write", "url",
        )  # fmt: skip
        extra_kwargs = {
            "digest": {"help_text": "How often the group writes."},
            "budget_minutes": {"help_text": "Minutes a week meant for it; null: no limit."},
        }

    def get_is_muted(self, member: GroupMember) -> bool:
        return member.muted_at is not None

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, member: GroupMember) -> str:
        return current_alliance().url(member.group.get_absolute_url())


class ChoicesSerializer(serializers.Serializer[Any]):
    """What somebody chooses for a group; what is left out stays."""

    digest = serializers.ChoiceField(Digest.choices, required=False)
    budget_minutes = serializers.IntegerField(
        min_value=LEAST_BUDGET, max_value=MOST_BUDGET, required=False, allow_null=True
    )
    is_muted = serializers.BooleanField(required=False)


class IntroductionSerializer(serializers.ModelSerializer[Introduction]):
    """A story, an ask, an offer."""

    story = serializers.CharField(max_length=LONGEST_STORY)
    ask = serializers.CharField(max_length=LONGEST_ASK)
    offer = serializers.CharField(max_length=LONGEST_ASK)
    url = serializers.SerializerMethodField(help_text="Where it can be read.")

    class Meta:
        model = Introduction
        fields = ("story", "ask", "offer", "at", "edited_at", "is_hidden", "url")
        read_only_fields = ("at", "edited_at", "is_hidden")
        extra_kwargs = {"is_hidden": {"help_text": "It waits until somebody has looked at it."}}

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, introduction: Introduction) -> str:
        return current_alliance().url(introduction.get_absolute_url())


class Joining(APIView):
    """What it takes to be in a group that one may know of; a post joins it, or asks to."""

    permission_classes = (TakesPart,)

    @extend_schema(summary="What it takes to join a group", responses={200: JoiningSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """The agreements that count now, and the questions of a group on request."""
        group, by = _listed(request, slug), writer(request)
        newest = agreements.current(group.space)
        asks = group.kind == GroupKind.REQUEST
        found = {
            "version": newest.pk if newest else None,
            "is_accepted": newest is None or agreements.has_accepted(newest, by),
            "agreements": agreements.agreements_of(group.space),
            "questions": group.questions.filter(is_asked=True) if asks else [],
        }
        return Response(JoiningSerializer(found).data)

    @extend_schema(
        summary="Join a group, or ask to",
        request=JoinSerializer,
        responses={201: OwnMembershipSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """At once where it is open or one was invited; twice changes nothing; 409 says why not."""
        count(request, group="groups.join", rate="60/h")
        group, by = _listed(request, slug), writer(request)
        given = JoinSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers = {row["question"]: row["answer"] for row in given.validated_data["answers"]}
        member = services.join(
            group=group, version=given.validated_data["version"], answers=answers, by=by
        )
        return _membership(member, status=status.HTTP_201_CREATED)


class OwnMembership(APIView):
    """One's own place in a group: its state and one's choices."""

    permission_classes = (TakesPart,)

    @extend_schema(summary="One's own place in a group", responses={200: OwnMembershipSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """404 for whoever is not in it, was not invited and does not ask to join."""
        return _membership(_own(request, slug))

    @extend_schema(
        summary="Choose letters, time, quiet",
        request=ChoicesSerializer,
        responses={200: OwnMembershipSerializer},
    )
    def patch(self, request: Request, slug: str) -> Response:
        """How often the group writes, minutes a week, and whether it keeps quiet."""
        member, by = _own(request, slug), writer(request)
        given = ChoicesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = given.validated_data
        with transaction.atomic():
            member = services.choose(
                member=member,
                digest=chosen.get("digest", member.digest),
                budget_minutes=chosen.get("budget_minutes", member.budget_minutes),
                by=by,
            )
            if "is_muted" in chosen:
                act = services.mute if chosen["is_muted"] else services.unmute
                member = act(member=member, by=by)
        return _membership(member)

    @extend_schema(summary="Leave a group", request=None, responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """What was written stays; an invitation or what was asked ends too."""
        services.leave(member=_own(request, slug), by=writer(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OwnAcceptance(APIView):
    """The group's agreements were written anew: they are accepted here."""

    permission_classes = (TakesPart,)

    @extend_schema(
        summary="Accept a group's newest agreements",
        request=AcceptedSerializer,
        responses={200: JoiningSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """409 where they have changed since they were read; twice changes nothing."""
        given = AcceptedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        version = given.validated_data["version"]
        services.accept_agreements(member=_own(request, slug), version=version, by=writer(request))
        return Joining().get(request, slug)


class OwnIntroduction(APIView):
    """One's own introduction in a group; whoever has one may write."""

    permission_classes = (TakesPart,)

    @extend_schema(summary="One's own introduction", responses={200: IntroductionSerializer})
    def get(self, request: Request, slug: str) -> Response:
        """404 where there is none yet."""
        return Response(IntroductionSerializer(_introduction(_own(request, slug))).data)

    @extend_schema(
        summary="Introduce oneself",
        request=IntroductionSerializer,
        responses={200: IntroductionSerializer},
    )
    def put(self, request: Request, slug: str) -> Response:
        """The first lets one write; written again it takes the place of what stood there."""
        count(request, group="groups.introduce", rate="30/h")
        member, by = _own(request, slug), writer(request)
        given = IntroductionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        introducing.introduce(group=member.group, by=by, **given.validated_data)
        return Response(IntroductionSerializer(_introduction(member)).data)


def _listed(request: Request, slug: str) -> Group:
    groups = access.listed_groups(seats_of(request)).select_related("space")
    return get_object_or_404(groups, slug=slug)


def _own(request: Request, slug: str) -> GroupMember:
    """The live row of whoever asks, in a group that they may know of; 404 where there is none."""
    group = _listed(request, slug)
    member = access.member_of(group, seats_of(request))
    if member is None:
        raise Http404
    member.group = group
    return member


def _introduction(member: GroupMember) -> Introduction:
    rows = Introduction.objects.select_related("member__group")
    return get_object_or_404(rows, member=member)


def _membership(member: GroupMember, *, status: int = 200) -> Response:
    return Response(OwnMembershipSerializer(member).data, status=status)


_GROUP = "groups/<slug:slug>/"
urlpatterns = [
    path(_GROUP + "joining/", Joining.as_view(), name="api-group-joining"),
    path(_GROUP + "me/", OwnMembership.as_view(), name="api-group-me"),
    path(_GROUP + "me/agreements/", OwnAcceptance.as_view(), name="api-group-me-agreements"),
    path(_GROUP + "me/introduction/", OwnIntroduction.as_view(), name="api-group-me-introduction"),
]
