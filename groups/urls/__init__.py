"""The room's addresses, a file for each of its parts."""

from django.urls import include, path

from groups.urls import around, groups, talk

# The words that no group may be called (see groups.models) stand before the groups' own addresses.
_own = ([*around.urlpatterns, *talk.urlpatterns, *groups.urlpatterns], "groups")
urlpatterns = [path("", include(_own)), *groups.staff_urlpatterns]
