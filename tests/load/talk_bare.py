"""The yardstick of `bin/bench talk`: the same topics and posts in plain Django, as one would
write it first: plain tables, no middleware, nobody signed in, no policies."""

from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import Context, Engine
from django.test import override_settings
from django.urls import path

ROWS, POSTS = 25, 20
_engine = Engine(dirs=[str(Path(__file__).parent / "templates")])


class BareName(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)

    class Meta:
        app_label = "load"
        managed = False
        db_table = "bare_name"

    def __str__(self) -> str:
        return self.name


class BareTopic(models.Model):
    id = models.UUIDField(primary_key=True)
    group_id = models.UUIDField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    author = models.ForeignKey(BareName, models.PROTECT, related_name="+")
    last_by = models.ForeignKey(BareName, models.PROTECT, related_name="+")
    last_post_at = models.DateTimeField()
    last_number = models.PositiveIntegerField()
    post_count = models.PositiveIntegerField()

    class Meta:
        app_label = "load"
        managed = False
        db_table = "bare_topic"
        ordering = ["-last_post_at", "-id"]

    def __str__(self) -> str:
        return self.title


class BareMark(models.Model):
    id = models.UUIDField(primary_key=True)
    member_id = models.UUIDField()
    topic = models.ForeignKey(BareTopic, models.PROTECT, related_name="marks")
    number = models.PositiveIntegerField()

    class Meta:
        app_label = "load"
        managed = False
        db_table = "bare_mark"

    def __str__(self) -> str:
        return str(self.number)


class BarePost(models.Model):
    id = models.UUIDField(primary_key=True)
    topic = models.ForeignKey(BareTopic, models.PROTECT, related_name="posts")
    author = models.ForeignKey(BareName, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    html = models.TextField()
    created_at = models.DateTimeField()
    helped_count = models.PositiveIntegerField()

    class Meta:
        app_label = "load"
        managed = False
        db_table = "bare_post"
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class BareRequest(WSGIRequest):
    urlconf = "tests.load.talk_bare"


class BareHandler(WSGIHandler):
    """Django without a single middleware, at addresses of its own."""

    request_class = BareRequest

    def load_middleware(self, is_async: bool = False) -> None:
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)


@transaction.non_atomic_requests
def topics(request: HttpRequest, group: str, member: str) -> HttpResponse:
    """The 25 topics written in last, and which of them somebody has not read."""
    rows = BareTopic.objects.filter(group_id=group).select_related("author", "last_by")[:ROWS]
    marks = BareMark.objects.filter(member_id=member, topic__in=[row.pk for row in rows])
    seen = dict(marks.values_list("topic_id", "number"))
    for row in rows:
        row.is_new = row.last_number > seen.get(row.pk, 0)  # type: ignore[attr-defined]
    return HttpResponse(_engine.get_template("bare/topics.html").render(Context({"topics": rows})))


@transaction.non_atomic_requests
def topic(request: HttpRequest, number: int) -> HttpResponse:
    """The first 20 posts of a topic."""
    found = get_object_or_404(BareTopic, number=number)
    posts = BarePost.objects.filter(topic=found).select_related("author")[:POSTS]
    context = Context({"topic": found, "posts": posts})
    return HttpResponse(_engine.get_template("bare/posts.html").render(context))


urlpatterns = [
    path("bare/groups/<uuid:group>/<uuid:member>/", topics),
    path("bare/topics/<int:number>/", topic, name="bare_topic"),
]
