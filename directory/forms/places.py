"""Further places of a business: where else it is found."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.forms import OneLine
from directory.content import Branch, Hours

MOST_PLACES = 9
PLAIN = ("name", "street", "neighbourhood", "city", "region", "postal_code", "phone")
SAME, UNSAID, OWN = "same", "unsaid", "own"


LATITUDE = gettext_lazy("Enter degrees from -90 to 90, such as 37.80438.")
LONGITUDE = gettext_lazy("Enter degrees from -180 to 180, such as -122.27081.")


def _degrees(label: Any, *, most: int, wrong: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=-most,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


class BranchForm(forms.Form):
    """One further place; a row in which nothing is said is left out."""

    name = OneLine(label=gettext_lazy("What it is called"), required=False)
    street = OneLine(label=gettext_lazy("Street and number"), required=False)
    neighbourhood = OneLine(label=gettext_lazy("Neighbourhood"), max_length=80, required=False)
    city = OneLine(label=gettext_lazy("Town"), max_length=80, required=False)
    region = OneLine(label=gettext_lazy("State"), max_length=40, required=False)
    postal_code = OneLine(label=gettext_lazy("Postal code"), max_length=16, required=False)
    phone = OneLine(label=gettext_lazy("Telephone"), max_length=32, required=False)
    latitude = _degrees(gettext_lazy("Latitude"), most=90, wrong=LATITUDE)
    longitude = _degrees(gettext_lazy("Longitude"), most=180, wrong=LONGITUDE)
    hours = forms.ChoiceField(label=gettext_lazy("Opening hours there"), required=False)

    def __init__(self, *args: Any, own_hours: Hours | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own_hours = own_hours or Hours()
        choices = [(SAME, _("as at the first place")), (UNSAID, _("not said"))]
        if self._own_hours != Hours():
            choices.append((OWN, _("as they are now")))
        self.fields["hours"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        where = {"latitude": data.get("latitude"), "longitude": data.get("longitude")}
        missing = [name for name, value in where.items() if value is None]
        if len(missing) == 1 and not self.errors:
            self.add_error(missing[0], _("Give both coordinates, or neither."))
        is_said = any(data.get(name) for name in PLAIN) or len(missing) < 2
        if is_said and not self.errors and not (data.get("street") or data.get("city")):
            self.add_error("street", _("Say at least the street or the town of this place."))
        return data

    def branch(self, week: Hours) -> Branch | None:
        """The cleaned form, with `week` where it asks for the first place's; None: nothing said."""
        data = self.cleaned_data
        said: dict[str, Any] = {name: data.get(name) or "" for name in PLAIN}
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if not any(said.values()) and latitude is None:
            return None
        chosen = {SAME: week, OWN: self._own_hours}.get(data.get("hours") or UNSAID, Hours())
        return Branch(**said, latitude=latitude, longitude=longitude, hours=chosen)

    @staticmethod
    def initial_of(branch: Branch, week: Hours) -> dict[str, Any]:
        """A place as the form shows it."""
        same = UNSAID if branch.hours == Hours() else SAME if branch.hours == week else OWN
        kept = (*PLAIN, "latitude", "longitude")
        return {**{name: getattr(branch, name) for name in kept}, "hours": same}


class BranchFormSet(forms.BaseFormSet):
    """All further places; a row knows the hours that its place had before."""

    def __init__(self, *args: Any, before: tuple[Branch, ...] = (), **kwargs: Any) -> None:
        self.before = before
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        has_been = index is not None and index < len(self.before)
        return {"own_hours": self.before[index].hours if has_been else None}  # type: ignore[index]

    def branches(self, week: Hours) -> tuple[Branch, ...]:
        """The cleaned rows."""
        return tuple(branch for form in self.forms if (branch := form.branch(week)))


Branches = forms.formset_factory(
    BranchForm, formset=BranchFormSet, extra=0, max_num=MOST_PLACES, absolute_max=MOST_PLACES
)
