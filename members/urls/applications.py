"""Joining, and what becomes of it."""

from django.urls import URLPattern, path

from members.views import applications, joining, welcome

public: list[URLPattern] = [
    path("join/", joining.join, name="join"),
    path("join/sent/", joining.sent, name="join_sent"),
    path("join/confirm/<str:token>/", joining.confirm, name="join_confirm"),
    path("join/answer/<str:token>/", joining.answer, name="join_answer"),
    path("join/status/<str:token>/", joining.status, name="join_status"),
    path("join/<uuid:tier_id>/", joining.apply, name="join_apply"),
    path("me/welcome/<uuid:membership_id>/commitment/", welcome.commitment, name="commitment"),
    path(
        "me/welcome/<uuid:membership_id>/introduction/", welcome.introduction, name="introduction"
    ),
    *(
        path(
            f"me/welcome/<uuid:membership_id>/{step}/",
            welcome.done,
            {"step": step},
            f"welcome_{step}",
        )
        for step in ("buddy", "details", "team", "neighbour")
    ),
]
staff: list[URLPattern] = [
    path("applications/", applications.applications, name="applications"),
    path("applications/approval/", applications.approve_many, name="approve_many"),
    path("applications/<uuid:application_id>/", applications.application, name="application"),
    path(
        "applications/<uuid:application_id>/approval/",
        applications.approve,
        name="approve_application",
    ),
    path("applications/<uuid:application_id>/question/", applications.ask, name="ask_applicant"),
    path(
        "applications/<uuid:application_id>/decline/",
        applications.decline,
        name="decline_application",
    ),
    path("welcome/", welcome.newcomers, name="welcome"),
    path("welcome/<uuid:membership_id>/", welcome.newcomer, name="newcomer"),
    path("welcome/<uuid:membership_id>/buddy/", welcome.assign, name="assign_buddy"),
]
