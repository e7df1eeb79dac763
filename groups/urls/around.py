"""Addresses of the board, of meetings and feeds, and of the links in digests."""

from django.urls import URLPattern, URLResolver, path

from groups.views import board, board_answers, digests, feeds, meetings, planning

_ENTRY = "groups/board/<uuid:entry_id>/"
_ANSWER = "groups/board/answers/<uuid:answer_id>/"
_MEETINGS = "groups/<slug:slug>/meetings/"
_MEETING = _MEETINGS + "<uuid:meeting_id>/"
_COMMITMENT = _MEETING + "commitments/<uuid:commitment_id>/"
_FEED = "groups/<slug:slug>/feed/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("groups/board/", board.board, name="board"),
    path("groups/board/new/", board.new_entry, name="new_entry"),
    path(_ENTRY, board.entry, name="entry"),
    path(_ENTRY + "answer/", board_answers.answer, name="answer_entry"),
    path(_ENTRY + "edit/", board.edit_entry, name="edit_entry"),
    path(_ENTRY + "outcome/", board.close_entry, name="close_entry"),
    path(_ENTRY + "again/", board.renew_entry, name="renew_entry"),
    path(_ANSWER + "edit/", board_answers.edit_answer, name="edit_answer"),
    path(_ANSWER + "withdrawal/", board_answers.withdraw_answer, name="withdraw_answer"),
    path("groups/board/keep/<str:token>/", board_answers.keep_entry, name="keep_entry"),
    path("groups/digests/stop/<str:token>/", digests.stop_digests, name="stop_digests"),
    path("groups/reply/<str:token>/", digests.reply_by_link, name="reply_by_link"),
    path("groups/meetings/<uuid:gathering_id>/", meetings.meeting_of, name="meeting_of"),
    path(_MEETINGS, meetings.meetings, name="meetings"),
    path(_MEETINGS + "new/", planning.plan, name="plan_meeting"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(_MEETING + "edit/", planning.edit, name="edit_meeting"),
    path(_MEETING + "agenda/", meetings.agenda, name="agenda"),
    path(_MEETING + "agenda/edit/", planning.edit_agenda, name="edit_agenda"),
    path(_MEETING + "meeting.ics", meetings.entry, name="meeting_entry"),
    path(_MEETING + "cancellation/", planning.call_off, name="call_off_meeting"),
    path(_MEETING + "commitments/", meetings.commit, name="commit"),
    *(
        path(f"{_MEETING}{step}/", meetings.answer, {"step": step}, name=f"meeting_{step}")
        for step in ("coming", "absence")
    ),
    *(
        path(
            f"{_MEETING}attendance/<uuid:member_id>/{step}/",
            planning.attendance,
            {"step": step},
            name=name,
        )
        for step, name in (("came", "meeting_came"), ("not-came", "meeting_not_came"))
    ),
    *(
        path(f"{_COMMITMENT}{step}/", meetings.end_commitment, {"step": step}, name=name)
        for step, name in (("done", "commitment_done"), ("let-go", "commitment_let_go"))
    ),
    path(_FEED, feeds.addresses, name="feeds"),
    path(_FEED + "<str:secret>.atom", feeds.news, name="news"),
    path(_FEED + "<str:secret>.ics", feeds.calendar, name="calendar"),
]
