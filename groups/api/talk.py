"""Topics and posts: read by who may read their group, written through the same gate as the page."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from alliance.api.pagination import HighestNumberFirst, NewestFirst
from alliance.api.permissions import seat_or_key
from alliance.models import AllianceKey
from alliance.tenancy.scope import current_alliance
from groups.api.groups import READ_GROUPS
from groups.api.who import seats_of, writer
from groups.models import Group, GroupKind, Post, Topic, TopicKind
from groups.models.posts import LONGEST_WORDS
from groups.models.topics import LONGEST_TITLE
from groups.queries import access
from groups.rules import TAKE_PART
from groups.services import posts as services


class LastWrittenFirst(NewestFirst):
    """By the last post."""

    ordering = ("-last_post_at", "-id")


class InOrder(HighestNumberFirst):
    """By number, the first post first."""

    ordering = ("number",)


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """A topic of a group; its posts are at /posts/."""

    group = serializers.CharField(source="group.slug")
    author = serializers.CharField(source="author.seat.person.name")
    kind = serializers.ChoiceField(choices=TopicKind.choices)
    is_locked = serializers.BooleanField(help_text="Nobody can write in it any more.")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Topic
        fields = (
            "number",
            "group",
            "kind",
            "title",
            "author",
            "is_tough_ok",
            "is_locked",
            "created_at",
            "last_post_at",
            "post_count",
            "answered_at",
            "url",
        )
        extra_kwargs = {
            "is_tough_ok": {"help_text": "Tough feedback is welcome."},
            "answered_at": {"help_text": "When somebody else first wrote in it."},
        }

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, topic: Topic) -> str:
        return current_alliance().url(topic.get_absolute_url())


class PostSerializer(serializers.ModelSerializer[Post]):
    """A post."""

    topic = serializers.IntegerField(source="topic.number")
    author = serializers.CharField(source="author.seat.person.name")
    url = serializers.SerializerMethodField(help_text="Its place in the topic.")

    class Meta:
        model = Post
        fields = (
            "id",
            "topic",
            "number",
            "author",
            "words",
            "html",
            "helped_count",
            "created_at",
            "edited_at",
            "url",
        )
        extra_kwargs = {
            "words": {"help_text": "As written, in Markdown."},
            "html": {"help_text": "The same, safe to show."},
        }

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, post: Post) -> str:
        return current_alliance().url(post.get_absolute_url())


class TopicsQuerySerializer(serializers.Serializer[Any]):
    """Which topics are asked for."""

    group = serializers.SlugField(
        required=False, allow_blank=True, max_length=80, help_text="The slug of one group."
    )


class PostsQuerySerializer(serializers.Serializer[Any]):
    """Whose posts are asked for."""

    topic = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The number of a topic."
    )


class NewTopicSerializer(serializers.Serializer[Any]):
    """A topic and its first post."""

    group = serializers.SlugField(max_length=80, help_text="The slug of its group.")
    kind = serializers.ChoiceField(choices=TopicKind.choices, default=TopicKind.TALK)
    title = serializers.CharField(max_length=LONGEST_TITLE)
    words = serializers.CharField(max_length=LONGEST_WORDS, trim_whitespace=False)
    is_tough_ok = serializers.BooleanField(default=False)


class NewPostSerializer(serializers.Serializer[Any]):
    """The next post of a topic."""

    topic = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    words = serializers.CharField(max_length=LONGEST_WORDS, trim_whitespace=False)


class ChangedPostSerializer(serializers.Serializer[Any]):
    """Other words for one's own post."""

    words = serializers.CharField(max_length=LONGEST_WORDS, trim_whitespace=False)


@extend_schema_view(
    list=extend_schema(
        summary="Topics, the last written in first", parameters=[TopicsQuerySerializer]
    ),
    retrieve=extend_schema(summary="One topic"),
)
class TopicViewSet(viewsets.ReadOnlyModelViewSet[Topic]):
    """Topics of the groups that the reader may read; a key sees those of no circle."""

    permission_classes = (seat_or_key(TAKE_PART, READ_GROUPS),)
    serializer_class = TopicSerializer
    pagination_class = LastWrittenFirst
    lookup_field = "number"
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Topic]:
        if getattr(self, "swagger_fake_view", False):
            return Topic.objects.none()
        asked = TopicsQuerySerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        groups = _readable(self.request)
        if slug := asked.validated_data.get("group"):
            groups = groups.filter(slug=slug)
        rows = Topic.objects.listed().filter(group__in=groups.values("pk"))
        return rows.select_related("group", "author__seat__person")

    @extend_schema(
        summary="Start a topic", request=NewTopicSerializer, responses={201: TopicSerializer}
    )
    def create(self, request: Request) -> Response:
        """Through the group's gate; 409 says why not."""
        given = NewTopicSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        group = get_object_or_404(
            _readable(request).select_related("space"), slug=data.pop("group")
        )
        made = services.start_topic(group=group, by=writer(request), **data)
        return Response(TopicSerializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    list=extend_schema(summary="Posts of a topic, in order", parameters=[PostsQuerySerializer]),
    retrieve=extend_schema(summary="One post"),
)
class PostViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Post]):
    """Posts that the reader may read; hidden ones are in no answer."""

    permission_classes = (seat_or_key(TAKE_PART, READ_GROUPS),)
    serializer_class = PostSerializer
    pagination_class = InOrder
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Post]:
        if getattr(self, "swagger_fake_view", False):
            return Post.objects.none()
        rows = Post.objects.seen().filter(
            topic__hidden_at__isnull=True, group__in=_readable(self.request).values("pk")
        )
        if self.action == "list":
            asked = PostsQuerySerializer(data=self.request.query_params)
            asked.is_valid(raise_exception=True)
            rows = rows.filter(topic__number=asked.validated_data["topic"])
        return rows.select_related("topic__group__space", "author__seat__person").defer("document")

    @extend_schema(
        summary="Write the next post", request=NewPostSerializer, responses={201: PostSerializer}
    )
    def create(self, request: Request) -> Response:
        """Through the group's gate; 409 says why not."""
        given = NewPostSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        topics = Topic.objects.listed().filter(group__in=_readable(request).values("pk"))
        topic = get_object_or_404(
            topics.select_related("group__space"), number=given.validated_data["topic"]
        )
        made = services.reply(topic=topic, words=given.validated_data["words"], by=writer(request))
        return Response(PostSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change one's own post",
        request=ChangedPostSerializer,
        responses={200: PostSerializer},
    )
    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """What it said before is kept for its author."""
        given = ChangedPostSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        post = self.get_object()
        made = services.edit(post=post, words=given.validated_data["words"], by=writer(request))
        # Care may have held it: its author reads their own words all the same.
        shown = Post.objects.select_related("topic__group__space", "author__seat__person")
        return Response(PostSerializer(shown.get(pk=made.pk)).data)

    @extend_schema(summary="Say that it helped", request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def helped(self, request: Request, pk: Any = None) -> Response:
        """Saying it twice changes nothing."""
        services.helped(post=self.get_object(), by=writer(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Take it back", request=None, responses={204: None})
    @helped.mapping.delete
    def unhelp(self, request: Request, pk: Any = None) -> Response:
        """Twice changes nothing."""
        services.unhelp(post=self.get_object(), by=writer(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _readable(request: Request) -> QuerySet[Group]:
    if isinstance(request.auth, AllianceKey):
        found: QuerySet[Group] = Group.objects.begun().exclude(kind=GroupKind.CIRCLE)
        return found
    return access.readable_groups(seats_of(request))


_router = SimpleRouter(use_regex_path=False)
_router.register("topics", TopicViewSet, basename="api-topic")
_router.register("posts", PostViewSet, basename="api-post")
urlpatterns: list[URLPattern | URLResolver] = list(_router.urls)
