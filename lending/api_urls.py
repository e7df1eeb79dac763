"""/api/v1/loans/ and /api/v1/lenders/."""

from rest_framework.routers import SimpleRouter

from lending.api import LenderViewSet, LoanViewSet

router = SimpleRouter(use_regex_path=False)
router.register("loans", LoanViewSet, basename="api-loan")
router.register("lenders", LenderViewSet, basename="api-lender")
urlpatterns = router.urls
