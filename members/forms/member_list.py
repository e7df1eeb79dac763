"""What the staff's list of members shows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.choices import RowChoice
from members.models import Status, Tier
from members.queries import member_list


class MemberFilterForm(forms.Form):
    """Words, status, tier, town; what cannot be meant shows everything rather than nothing."""

    q = forms.CharField(label=_("Business or person"), required=False, max_length=80)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("all")),
            (member_list.GOOD, _("in good standing")),
            *Status.choices,
            (member_list.WITHOUT, _("no membership yet")),
        ],
    )
    tier = RowChoice(
        label=_("Tier"), required=False, queryset=Tier.objects.none(), empty_label=_("all")
    )
    city = forms.ChoiceField(label=_("Town"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = Tier.objects.all()  # type: ignore[attr-defined]
        self.fields["city"].choices = [  # type: ignore[attr-defined]
            ("", _("all")),
            *((city, city) for city in member_list.cities()),
        ]

    def chosen(self, name: str) -> Any:
        """What was chosen; nothing where it cannot be meant."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""
