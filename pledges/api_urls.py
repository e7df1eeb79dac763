"""/api/v1/drives/, /api/v1/pledges/, /api/v1/redemptions/ and /api/v1/honour/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from pledges.api import DriveViewSet, PledgeViewSet, RedemptionViewSet
from pledges.honour_api import HonourView

router = SimpleRouter(use_regex_path=False)
router.register("drives", DriveViewSet, basename="api-drive")
router.register("pledges", PledgeViewSet, basename="api-pledge")
router.register("redemptions", RedemptionViewSet, basename="api-redemption")
urlpatterns = [*router.urls, path("honour/", HonourView.as_view(), name="api-honour")]
