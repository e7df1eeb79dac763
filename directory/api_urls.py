"""/api/v1/listings/."""

from rest_framework.routers import SimpleRouter

from directory.api import ListingViewSet

router = SimpleRouter(use_regex_path=False)
router.register("listings", ListingViewSet, basename="api-listing")
urlpatterns = router.urls
