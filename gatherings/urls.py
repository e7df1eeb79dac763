"""Addresses of the gatherings' room: the public's, a person's own, the door's, the staff's."""

from django.urls import include, path, register_converter

from gatherings.converters import Day
from gatherings.views import door, feeds, own, proposals, public, staff

register_converter(Day, "day")

_GATHERING = "events/<slug:slug>/"
_DATE = "events/<slug:slug>/<day:day>/"
_ANSWER = "events/rsvp/<str:secret>/"
_PERSON = "events/attendance/<uuid:rsvp_id>/"

public_urls = (
    [
        path("events/", public.events, name="events"),
        path("events/calendar.ics", feeds.calendar, name="calendar"),
        path("events/feed.atom", feeds.news, name="news"),
        path("events/mine/<str:secret>.ics", feeds.my_calendar, name="my_calendar"),
        path("events/sent/", public.sent, name="sent"),
        path("events/confirm/<str:token>/", public.confirm, name="confirm"),
        path(
            "events/invitations/<str:token>/",
            public.stop_invitations,
            name="stop_invitations",
        ),
        path(_ANSWER, own.rsvp, name="rsvp"),
        path(_ANSWER + "withdrawal/", own.withdrawal, name="withdrawal"),
        path(_ANSWER + "event.ics", own.entry, name="entry"),
        *(
            path(
                f"events/attendance/<uuid:rsvp_id>/{step}/", door.attend, {"step": step}, name=name
            )
            for step, name in (("came", "came"), ("not-came", "not_came"), ("removal", "removal"))
        ),
        path("me/events/", own.own_events, name="own_events"),
        path("me/events/calendar/", own.renew_calendar, name="renew_calendar"),
        path("me/events/new/", proposals.propose, name="propose"),
        path("me/events/<slug:slug>/", proposals.proposal, name="proposal"),
        path("me/events/<slug:slug>/edit/", proposals.edit_proposal, name="edit_proposal"),
        path("me/events/<slug:slug>/submission/", proposals.submission, name="submission"),
        path(_GATHERING, public.gathering, name="gathering"),
        path(_GATHERING + "calendar.ics", feeds.own_calendar, name="own_calendar"),
        path(_DATE, public.occurrence, name="occurrence"),
        path(_DATE + "event.ics", feeds.one_date, name="date_entry"),
        path(_DATE + "coming/", public.come, name="come"),
        path(_DATE + "roster/", door.roster, name="roster"),
        path(_DATE + "roster/nobody/", door.nobody, name="nobody_came"),
    ],
    "gatherings",
)
staff_urls = (
    [
        path("events/", staff.gatherings, name="gatherings"),
        path("events/new/", staff.new, name="new"),
        path(_GATHERING, staff.gathering, name="gathering"),
        path(_GATHERING + "edit/", staff.edit, name="edit"),
        path(_GATHERING + "publication/", staff.publish, name="publication"),
        *(
            path(f"{_GATHERING}{step}/", staff.end, {"step": step}, name=step)
            for step in ("return", "cancellation")
        ),
        path(_DATE, staff.one_date, name="date"),
        path(_DATE + "cancellation/", staff.cancel_date, name="cancel_date"),
        path(_DATE + "export/", staff.export, name="export"),
    ],
    "gatherings_staff",
)

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
