"""What a business may say of itself if it likes: who owns it, and what it stands for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Value(models.TextChoices):
    WOMAN_OWNED = "woman-owned", _("Woman-owned")
    BLACK_OWNED = "black-owned", _("Black-owned")
    ASIAN_OWNED = "asian-owned", _("Asian-owned")
    LATINO_OWNED = "latino-owned", _("Latino-owned")
    NATIVE_OWNED = "native-owned", _("Native-owned")
    IMMIGRANT_OWNED = "immigrant-owned", _("Immigrant-owned")
    LGBTQ_OWNED = "lgbtq-owned", _("LGBTQ-owned")
    VETERAN_OWNED = "veteran-owned", _("Veteran-owned")
    DISABILITY_OWNED = "disability-owned", _("Owned by people with disabilities")
    FAMILY_BUSINESS = "family-business", _("Family business")
    WORKER_COOPERATIVE = "worker-cooperative", _("Worker co-operative")
    COMMUNITY_OWNED = "community-owned", _("Community-owned")
    LIVING_WAGE = "living-wage", _("Pays a living wage")
    STEP_FREE = "step-free", _("Step-free entrance")
    REFILLS = "refills", _("Refills and repairs")
