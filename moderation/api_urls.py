"""/api/v1/moderation/."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from moderation.api import AgreementsView, CaseViewSet, CountsView, FlagsView, OwnCaseViewSet

router = SimpleRouter(use_regex_path=False)
router.register("mine", OwnCaseViewSet, basename="api-own-case")
router.register("cases", CaseViewSet, basename="api-case")
urlpatterns = [
    path("moderation/agreements/", AgreementsView.as_view(), name="api-agreements"),
    path("moderation/counts/", CountsView.as_view(), name="api-moderation-counts"),
    path("moderation/flags/", FlagsView.as_view(), name="api-flags"),
    path("moderation/", include(router.urls)),
]
