"""Passing a pledge on: the giver's page by the card, the friend's by the mailed link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance import links
from alliance.access import public_page
from alliance.errors import DomainError, TooManyMessages
from alliance.limits import limited
from alliance.views import errors
from pledges.models import PledgeTransfer, TransferState
from pledges.passing_forms import PassOnForm, TakeForm
from pledges.services import transfers as services
from pledges.views.card import pledge_of, private


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("pass-on", "60/h")
def pass_on(request: HttpRequest, secret: str) -> HttpResponse:
    """Offers what is left to a friend, or shows the offer that is open."""
    pledge = pledge_of(secret)
    form, status = PassOnForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.offer(pledge=pledge, name=data["name"], email=data["email"])
            messages.success(request, _("Your friend has mail, and 14 days to accept."))
            return redirect("pledges:pass_on", secret=secret)
        except DomainError as error:
            form.add_error(error.field, error.message)
            status = 429 if isinstance(error, TooManyMessages) else 422
    context = {
        "pledge": pledge,
        "form": form,
        "share": services.share_of(pledge),
        "waiting": PledgeTransfer.objects.waiting().filter(pledge=pledge).first(),
    }
    status = 422 if form.errors and status == 200 else status
    return private(render(request, "pledges/pass_on.html", context, status=status))


@public_page
@require_POST
@limited("pass-on", "60/h")
def take_back(request: HttpRequest, secret: str) -> HttpResponse:
    """Takes the open offer back."""
    if services.take_back(pledge=pledge_of(secret)):
        messages.success(request, _("Taken back. The link in your friend’s mail is no good now."))
    return redirect("pledges:pass_on", secret=secret)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def passed(request: HttpRequest, token: str) -> HttpResponse:
    """The friend's page: what is offered, by whom, and the button that takes it."""
    try:
        payload = links.read(
            services.PASS_ON, token, max_age_seconds=int(services.GOOD_FOR.total_seconds())
        )
    except links.ExpiredLink:
        return errors.gone(request, reason=_("This offer was good for 14 days."))
    except links.BadLink:
        return errors.not_found(request)
    rows = PledgeTransfer.objects.select_related("pledge__drive__business", "pledge__alliance")
    transfer = get_object_or_404(rows, pk=payload["transfer"])
    if transfer.state == TransferState.ACCEPTED and transfer.received:
        return redirect(transfer.received)
    if transfer.state != TransferState.OFFERED:
        return errors.gone(request, reason=_("This offer is over. Thank you for looking."))
    form = TakeForm(
        request.POST or None, pledge=transfer.pledge, initial={"name": transfer.to_name}
    )
    if request.method == "POST" and form.is_valid():
        return _taken(request, transfer, form)
    status = 422 if form.errors else 200
    return private(_passed_page(request, transfer, form, status=status))


def _taken(request: HttpRequest, transfer: PledgeTransfer, form: TakeForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        theirs = services.accept(
            transfer=transfer, name=data["name"], display=data["display"], wording=form.wording
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return private(_passed_page(request, transfer, form, status=422))
    messages.success(request, _("Thank you! The pledge is yours. This is your card."))
    return redirect(theirs)


def _passed_page(
    request: HttpRequest, transfer: PledgeTransfer, form: TakeForm, *, status: int
) -> HttpResponse:
    context = {
        "pledge": transfer.pledge,
        "form": form,
        "share": services.share_of(transfer.pledge),
    }
    return render(request, "pledges/passed.html", context, status=status)
