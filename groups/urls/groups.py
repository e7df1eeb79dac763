"""Addresses of the directory of groups, of joining, people and settings; and the staff's."""

from django.urls import URLPattern, URLResolver, include, path

from groups.views import directory, joining, keeping, people, staff

_GROUP = "groups/<slug:slug>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("groups/", directory.groups, name="groups"),
    path(_GROUP + "join/", joining.join, name="join"),
    path(_GROUP + "introduction/", joining.introduction, name="introduction"),
    path(_GROUP + "me/", joining.me, name="me"),
    path(_GROUP + "me/leave/", joining.leave, name="leave"),
    *(
        path(f"{_GROUP}me/{step}/", joining.quiet, {"step": step}, name=step)
        for step in ("mute", "unmute")
    ),
    path(_GROUP + "members/", people.members, name="members"),
    path(_GROUP + "members/<uuid:member_id>/", people.member, name="member"),
    path(_GROUP + "requests/", people.requests, name="requests"),
    *(
        path(
            f"{_GROUP}requests/<uuid:member_id>/{step}/",
            people.decide,
            {"step": step},
            name=f"request_{step}",
        )
        for step in ("yes", "no")
    ),
    path(_GROUP + "invitations/", people.invite, name="invite"),
    path(_GROUP + "settings/", keeping.settings, name="settings"),
    path(_GROUP + "settings/agreements/", keeping.rewrite_agreements, name="agreements"),
    path(_GROUP + "prompts/", keeping.prompts, name="prompts"),
    path(_GROUP + "prompts/<uuid:run_id>/", keeping.prompt_run, name="prompt_run"),
    path(_GROUP + "prompts/<uuid:prompt_id>/end/", keeping.end_prompt, name="end_prompt"),
]
_staff = (
    [
        path("", staff.groups, name="groups"),
        path("new/", staff.new, name="new"),
        path("prepare/", staff.prepare, name="prepare"),
        path("cohorts/", staff.cohort_page, name="cohorts"),
        path("requests/", staff.requests, name="requests"),
        path("library/", staff.library, name="library"),
        path("library/<uuid:prompt_id>/end/", staff.end_prompt, name="end_prompt"),
        path("<slug:slug>/", staff.group, name="group"),
        path("<slug:slug>/open/", staff.open_group, name="open"),
        path("<slug:slug>/archive/", staff.archive, name="archive"),
        path("<slug:slug>/stewards/", staff.ask_steward, name="ask_steward"),
    ],
    "groups_staff",
)
staff_urlpatterns: list[URLPattern | URLResolver] = [path("staff/groups/", include(_staff))]
