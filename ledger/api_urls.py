"""/api/v1/entries/ and /api/v1/accounts/."""

from rest_framework.routers import SimpleRouter

from ledger.api import AccountViewSet, EntryViewSet

router = SimpleRouter(use_regex_path=False)
router.register("entries", EntryViewSet, basename="api-entry")
router.register("accounts", AccountViewSet, basename="api-account")
urlpatterns = router.urls
