"""How the alliance shows itself: its words, its zone, its colour."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.access import CHANGE_ALLIANCE, seat_page
from alliance.models import Alliance
from alliance.services.places import CHANGEABLE, change_alliance

HUES = (
    (28, gettext_lazy("Brick")),
    (55, gettext_lazy("Amber")),
    (75, gettext_lazy("Ochre")),
    (120, gettext_lazy("Olive")),
    (150, gettext_lazy("Leaf")),
    (195, gettext_lazy("Sea")),
    (235, gettext_lazy("Lake")),
    (270, gettext_lazy("Night")),
    (320, gettext_lazy("Plum")),
    (0, gettext_lazy("Rose")),
)


class AllianceForm(forms.ModelForm):
    """What its director may change; a colour's contrast holds whichever it is."""

    accent_hue = forms.TypedChoiceField(
        label=gettext_lazy("Colour"), coerce=int, help_text=gettext_lazy("Of links and buttons.")
    )

    class Meta:
        model = Alliance
        fields = CHANGEABLE
        labels = {
            "name": gettext_lazy("Name"),
            "tagline": gettext_lazy("In one line"),
            "about": gettext_lazy("Who you are"),
            "place": gettext_lazy("Where you are"),
            "postal_address": gettext_lazy("Postal address"),
            "contact_email": gettext_lazy("E-mail address for replies"),
            "timezone": gettext_lazy("Time zone"),
            "latitude": gettext_lazy("Latitude of your middle"),
            "longitude": gettext_lazy("Longitude of your middle"),
            "is_on_network_map": gettext_lazy("Show us in the network’s directory and on its map"),
        }
        help_texts = {
            "about": gettext_lazy("It stands on your front page. **Bold** and lists work."),
            "latitude": gettext_lazy("In degrees: 37.81 is Oakland."),
            "longitude": gettext_lazy("In degrees, west of Greenwich below zero: -122.27."),
            "is_on_network_map": gettext_lazy(
                "Your name, place and one line, with a link to this site. Nothing of your members."
            ),
            "timezone": gettext_lazy("Days end at midnight there: America/Los_Angeles."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        own = self.instance.accent_hue
        named = dict(HUES)
        self.fields["accent_hue"].choices = [  # type: ignore[attr-defined]
            *HUES,
            *([] if own in named else [(own, _("Your own"))]),
        ]


@seat_page(CHANGE_ALLIANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def own_alliance(request: HttpRequest) -> HttpResponse:
    """Shows and changes the alliance's words and colour."""
    # A fresh copy: a form that fails must not colour the page it is shown on.
    alliance = Alliance.objects.get(pk=request.alliance.pk)  # type: ignore[attr-defined]
    form = AllianceForm(request.POST or None, instance=alliance)
    if request.method == "POST" and form.is_valid():
        change_alliance(
            alliance=Alliance.objects.get(pk=alliance.pk),
            by=request.seat,  # type: ignore[attr-defined]
            **form.cleaned_data,
        )
        messages.success(request, _("Saved. Your pages show it now."))
        return redirect("staff:own_alliance")
    return render(
        request, "staff/own_alliance.html", {"form": form}, status=422 if form.errors else 200
    )
