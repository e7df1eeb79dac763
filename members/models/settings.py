"""What an alliance has decided about its dues, and what the law has it print."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.models import TenantModel


class LegalForm(models.TextChoices):
    CHARITY = "501c3", _("501(c)(3) charity")
    CIVIC = "501c4", _("501(c)(4) civic league")
    BUSINESS_LEAGUE = "501c6", _("501(c)(6) business league")
    COOPERATIVE = "cooperative", _("cooperative")
    OTHER = "other", _("other, or not yet decided")


class DuesSettings(TenantModel):
    """One row per alliance; without it the defaults hold."""

    legal_form = models.CharField(max_length=12, choices=LegalForm.choices, default=LegalForm.OTHER)
    legal_name = models.CharField(max_length=160, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    # Applications are approved as they come, without anybody looking.
    approves_by_itself = models.BooleanField(default=False)
    days_to_pay = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(0), MaxValueValidator(120)]
    )
    how_to_pay = models.TextField(max_length=600, blank=True)
    commitment = models.TextField(max_length=2000, blank=True)

    class Meta:
        verbose_name_plural = "dues settings"
        constraints = [
            models.UniqueConstraint(fields=["alliance"], name="dues_settings_once"),
            models.CheckConstraint(
                condition=models.Q(legal_form__in=LegalForm.values), name="legal_form_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_legal_form_display()


class LobbyingShare(TenantModel):
    """The part of a year's dues that goes to lobbying, in basis points (1250 = 12.5%)."""

    year = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(2000), MaxValueValidator(2200)]
    )
    basis_points = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10_000)])

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "year"], name="lobbying_share_once"),
            models.CheckConstraint(
                condition=models.Q(basis_points__lte=10_000), name="lobbying_share_within_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.basis_points}"
