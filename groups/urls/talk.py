"""Addresses of topics and posts."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import SlugConverter

from groups.models.groups import RESERVED
from groups.views import posts, reading, search, tending, topics


class GroupSlug(SlugConverter):
    """A group's slug: none of the words that lead to other pages."""

    regex = rf"(?!(?:{'|'.join(sorted(RESERVED))})/)[-a-zA-Z0-9_]+"


register_converter(GroupSlug, "group")

_GROUP = "groups/<group:slug>/"
_TOPIC = _GROUP + "topics/<int:number>/"
_POST = "groups/posts/<uuid:post_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("groups/search/", search.found, name="search"),
    path("groups/drafts/", reading.drafts, name="drafts"),
    path("groups/drafts/<uuid:draft_id>/removal/", reading.forget_draft, name="forget_draft"),
    path("groups/posts/letters/<str:token>/", reading.stop_letters, name="stop_talk_letters"),
    path(_POST + "edit/", posts.edit, name="edit_post"),
    path(_POST + "history/", posts.history, name="post_history"),
    path(_POST + "helped/", posts.helped, name="helped"),
    path(_POST + "hide/", tending.hide_post, name="hide_post"),
    path(_POST + "pictures/", posts.add_picture, name="add_picture"),
    path("groups/pictures/<uuid:picture_id>/removal/", posts.remove_picture, name="remove_picture"),
    path("groups/pictures/<uuid:picture_id>/hide/", tending.hide_picture, name="hide_picture"),
    *(
        path(
            f"groups/pictures/<uuid:picture_id>/{size}.webp",
            posts.picture,
            {"size": size},
            name=f"picture_{size}",
        )
        for size in posts.SIZES
    ),
    path(_GROUP, topics.group_page, name="group"),
    path(_GROUP + "read/", reading.read_all, name="read_all"),
    path(_GROUP + "draft/", reading.save_draft, name="save_draft"),
    path(_GROUP + "people.json", reading.named, name="people"),
    path(_GROUP + "topics/new/", topics.new, name="new_topic"),
    path(_TOPIC, topics.topic, name="topic"),
    path(_TOPIC + "reply/", posts.reply, name="reply"),
    path(_TOPIC + "follow/", reading.follow, name="follow"),
    path(_TOPIC + "tend/", tending.tend, name="tend"),
    path(_TOPIC + "move/", tending.move, name="move_topic"),
    path(_TOPIC + "merge/", tending.merge, name="merge_topic"),
    path(_TOPIC + "hide/", tending.hide_topic, name="hide_topic"),
    *(
        path(f"{_TOPIC}{step}/", tending.step, {"step": step}, name=f"{step}_topic")
        for step in ("lock", "unlock", "pin", "unpin")
    ),
    path("staff/group-help/", tending.staff_help, name="staff_help"),
]
