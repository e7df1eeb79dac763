"""What the customer does about purchases, from the card: enters them, answers, takes back."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import public_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import StoredFile
from alliance.services import keys
from alliance.views import errors
from pledges.models import Pledge, Redemption
from pledges.services import customer_claims
from pledges.till_forms import AtTillForm, ReceiptForm
from pledges.views.card import pledge_of, private
from pledges.views.till_code import claimed
from pledges.views.tries import wait


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("card", "300/h")
def at_till(request: HttpRequest, secret: str) -> HttpResponse:
    """ "I am at the till": the code on its screen, and what was spent."""
    pledge = pledge_of(secret)
    form = AtTillForm(request.POST or None, initial={"form_key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        if seconds := wait(request, pledge):
            return private(errors.too_many(request, retry_after=seconds))
        if claimed(request, pledge, form, says_which=True):
            return redirect(pledge)
    return _page(request, "pledges/at_till.html", pledge, form)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("receipt", "20/h")
def receipt(request: HttpRequest, secret: str) -> HttpResponse:
    """A photo of the receipt, and the sum on it."""
    pledge = pledge_of(secret)
    form = ReceiptForm(
        request.POST or None, request.FILES or None, initial={"form_key": uuid4().hex}
    )
    if request.method == "POST" and form.is_valid() and _shown(request, pledge, form):
        return redirect(pledge)
    return _page(request, "pledges/receipt.html", pledge, form)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("card", "300/h")
def yes(request: HttpRequest, secret: str, redemption_id: UUID) -> HttpResponse:
    """ "Yes, that was me": the customer confirms what the business entered."""
    pledge = pledge_of(secret)
    redemption = get_object_or_404(pledge.redemptions, pk=redemption_id)
    if request.method == "POST":
        try:
            customer_claims.confirm_by_customer(redemption=redemption)
            messages.success(request, _("Thank you. The purchase counts."))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(pledge)
    context = {"pledge": pledge, "redemption": redemption}
    return private(render(request, "pledges/yes.html", context))


@public_page
@require_POST
@limited("card", "300/h")
def take_back(request: HttpRequest, secret: str, redemption_id: UUID) -> HttpResponse:
    """The customer takes back an entry of their own: a slip of the finger."""
    pledge = pledge_of(secret)
    redemption = get_object_or_404(pledge.redemptions, pk=redemption_id)
    try:
        customer_claims.withdraw_claim(redemption=redemption)
        messages.success(request, _("Taken back."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(pledge)


@public_page
@require_safe
def photo(request: HttpRequest, secret: str, redemption_id: UUID) -> HttpResponse:
    """The customer's own photo of a receipt."""
    redemption = get_object_or_404(pledge_of(secret).redemptions, pk=redemption_id)
    return private(photo_of(redemption))


def photo_of(redemption: Redemption) -> HttpResponse:
    """The receipt's photo as a picture for this one page; 404 where there is none any more."""
    file = StoredFile.objects.filter(pk=redemption.photo_id).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response


def _shown(request: HttpRequest, pledge: Pledge, form: ReceiptForm) -> bool:
    """Counts what the receipt shows, once a form; False with the reason in the form."""
    spent = form.cleaned_data["amount"]

    def effect() -> dict[str, str]:
        content = form.cleaned_data["photo"].read()
        made = customer_claims.claim_by_receipt(pledge=pledge, purchase_minor=spent, photo=content)
        return {"redemption": str(made.pk)}

    try:
        keys.once(
            actor=str(pledge.pk),
            operation="redemption.claim_by_receipt",
            key=form.cleaned_data["form_key"],
            request={"spent": spent},
            effect=effect,
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    messages.success(request, _("Thank you. The shop looks at it, or three days pass."))
    return True


def _page(request: HttpRequest, template: str, pledge: Pledge, form: Any) -> HttpResponse:
    context = {"pledge": pledge, "business": pledge.drive.business.trade_name, "form": form}
    return private(render(request, template, context, status=422 if form.errors else 200))
