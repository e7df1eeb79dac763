"""What the alliance asks of drives."""

from copy import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.access import seat_page
from pledges.drive_forms import PolicyForm
from pledges.policy import policy
from pledges.rules import SET_POLICY
from pledges.services.policy import change_policy


@seat_page(SET_POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def pledge_policy(request: HttpRequest) -> HttpResponse:
    """/staff/pledge-policy/: phases, thresholds, reciprocity."""
    # A copy: a form writes into its instance while it checks.
    form = PolicyForm(request.POST or None, instance=copy(policy()))
    if request.method == "POST" and form.is_valid():
        change_policy(by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, _("Saved. Drives find it from now on."))
        return redirect("pledges_staff:policy")
    status = 422 if form.errors else 200
    return render(request, "pledges/staff/policy.html", {"form": form}, status=status)
