"""/api/v1/groups/ and what belongs to them."""

from groups.api import around, groups, talk

urlpatterns = [*around.urlpatterns, *talk.urlpatterns, *groups.urlpatterns]
