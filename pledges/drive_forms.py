"""What staff decide about drives."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pledges.models import PledgePolicy
from pledges.models.policy import NUMBERS

LABELS = {
    "private_days": _("Days of the private phase"),
    "private_pledgers": _("Pledgers that open a private drive to all"),
    "standard_pledgers": _("Standard: pledgers when gathering ends"),
    "standard_months": _("Standard: months at the location"),
    "starter_pledgers": _("Starter: pledgers when gathering ends"),
    "starter_months": _("Starter: months at the location"),
    "at_risk_days": _("Days before a slow pledger is written to"),
}


class PolicyForm(forms.ModelForm):
    """What drives must show; each help text says the default and the range."""

    class Meta:
        model = PledgePolicy
        fields = ("has_private_phase", "asks_reciprocity", *NUMBERS)
        labels = {
            **LABELS,
            "has_private_phase": _("Drives that seek a loan begin in private"),
            "asks_reciprocity": _("A borrower pledges at a neighbour first"),
        }
        help_texts = {
            "has_private_phase": _(
                "They begin among people whom the owner asks, behind a link. By default they do."
            ),
            "asks_reciprocity": _(
                "Before its drive opens, somebody of the business has a confirmed pledge at "
                "another member. By default this is asked."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (default, least, most) in NUMBERS.items():
            words = {"default": default, "least": least, "most": most}
            field = self.fields[name]
            field.help_text = _("By default %(default)d. From %(least)d to %(most)d.") % words
            field.error_messages["required"] = (
                _("Enter a number from %(least)d to %(most)d.") % words
            )
