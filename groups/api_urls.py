"""/api/v1/groups/ and what belongs to them."""

from groups.api import board, groups, meetings, membership, talk

urlpatterns = [
    *board.urlpatterns,
    *meetings.urlpatterns,
    *talk.urlpatterns,
    *membership.urlpatterns,
    *groups.urlpatterns,
]
