"""What the law has an alliance print on its invoices, by its form.

Sources: IRC §6033(e) and §162(e) (dues of a business league that lobbies),
§170 (gifts to a charity), IRS Publication 557. Information, not advice.
"""

from django.utils.translation import gettext as _

from members.models import LegalForm


def invoice_words(form: str, *, name: str, year: int, lobbying_basis_points: int | None) -> str:
    """The sentences for an invoice of that year; empty where nothing is known to be asked.

    `lobbying_basis_points` is None where the alliance has not said: then
    nothing is claimed about it.
    """
    sentences: list[str] = []
    if form in (LegalForm.BUSINESS_LEAGUE, LegalForm.CIVIC):
        sentences.append(
            _(
                "Dues to %(name)s are not deductible as a charitable contribution. They may be "
                "deductible as a business expense."
            )
            % {"name": name}
        )
        if lobbying_basis_points is not None:
            sentences.append(
                _(
                    "%(percent)s%% of the dues of %(year)d goes to lobbying and is not "
                    "deductible as a business expense."
                )
                % {"percent": percent(lobbying_basis_points), "year": year}
            )
    elif form == LegalForm.CHARITY:
        sentences.append(
            _(
                "%(name)s is a 501(c)(3) organisation. Dues that buy benefits of the same "
                "value are not a gift; ask us which part may be deducted."
            )
            % {"name": name}
        )
    return " ".join(sentences)


def percent(basis_points: int) -> str:
    """1250 → "12.5", 1000 → "10"."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
