"""/api/v1/drives/ and /api/v1/pledges/."""

from rest_framework.routers import SimpleRouter

from pledges.api import DriveViewSet, PledgeViewSet

router = SimpleRouter(use_regex_path=False)
router.register("drives", DriveViewSet, basename="api-drive")
router.register("pledges", PledgeViewSet, basename="api-pledge")
urlpatterns = router.urls
