"""/api/v1/groups/ and what belongs to them."""

from groups.api import board, groups, meetings, talk

urlpatterns = [*board.urlpatterns, *meetings.urlpatterns, *talk.urlpatterns, *groups.urlpatterns]
