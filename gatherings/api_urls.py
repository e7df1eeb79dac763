"""/api/v1/gatherings/ and /api/v1/occurrences/."""

from rest_framework.routers import SimpleRouter

from gatherings.api import GatheringViewSet, OccurrenceViewSet

router = SimpleRouter(use_regex_path=False)
router.register("gatherings", GatheringViewSet, basename="api-gathering")
router.register("occurrences", OccurrenceViewSet, basename="api-occurrence")
urlpatterns = router.urls
