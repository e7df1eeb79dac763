"""What the law has an alliance print, by its form."""

import pytest

from members.legal import invoice_words, percent
from members.models import LegalForm

NO_GIFT = (
    "Dues to Oak Street are not deductible as a charitable contribution. They may be deductible "
    "as a business expense."
)
LOBBYING = "10% of the dues of 2026 goes to lobbying and is not deductible as a business expense."
CHARITY = (
    "Oak Street is a 501(c)(3) organisation. Dues that buy benefits of the same value are not a "
    "gift; ask us which part may be deducted."
)


@pytest.mark.parametrize(
    ("form", "share", "words"),
    [
        (LegalForm.BUSINESS_LEAGUE, 1000, f"{NO_GIFT} {LOBBYING}"),
        (LegalForm.BUSINESS_LEAGUE, None, NO_GIFT),
        (LegalForm.CIVIC, 1000, f"{NO_GIFT} {LOBBYING}"),
        (LegalForm.CIVIC, None, NO_GIFT),
        (LegalForm.CHARITY, 1000, CHARITY),
        (LegalForm.COOPERATIVE, 1000, ""),
        (LegalForm.OTHER, 1000, ""),
    ],
)
def test_each_form_has_its_words(form, share, words):
    found = invoice_words(form, name="Oak Street", year=2026, lobbying_basis_points=share)
    assert found == words


def test_a_name_with_a_percent_sign_is_a_name():
    found = invoice_words(LegalForm.CIVIC, name="100% Local", year=2026, lobbying_basis_points=None)
    assert found.startswith("Dues to 100% Local are not")


@pytest.mark.parametrize(
    ("points", "words"),
    [(0, "0"), (1, "0.01"), (5, "0.05"), (100, "1"), (1000, "10"), (1205, "12.05"),
     (1250, "12.5"), (10_000, "100")],
)  # fmt: skip
def test_a_share_is_written_without_needless_noughts(points, words):
    assert percent(points) == words
