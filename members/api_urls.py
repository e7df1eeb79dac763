"""/api/v1/: tiers, members, invoices, payments."""

from rest_framework.routers import SimpleRouter

from members.api.invoices import InvoiceViewSet
from members.api.members import MemberViewSet
from members.api.payments import PaymentViewSet
from members.api.tiers import TierViewSet

router = SimpleRouter(use_regex_path=False)
router.register("tiers", TierViewSet, basename="api-tier")
router.register("members", MemberViewSet, basename="api-member")
router.register("invoices", InvoiceViewSet, basename="api-invoice")
router.register("payments", PaymentViewSet, basename="api-payment")
urlpatterns = router.urls
