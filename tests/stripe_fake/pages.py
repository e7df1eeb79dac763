"""The page to which a payer is sent: what is paid, a choice of cards, Pay and Go back."""

from html import escape

from tests.stripe_fake.objects import PAYS, PAYS_ONCE, REFUSED, Thing

CARDS = (
    (PAYS, "4242: pays"),
    (PAYS_ONCE, "0341: pays now, and is refused later"),
    (REFUSED, "0002: is refused"),
)


def checkout(session: Thing, words: str = "") -> str:
    """The page of an open session."""
    amount = session["amount_total"]
    what = "Save a card" if amount is None else f"Pay {amount / 100:.2f} {session['currency']}"
    cards = "".join(
        f'<p><label><input type="radio" name="card" value="{last4}"'
        f"{' checked' if last4 == PAYS else ''}> {escape(label)}</label></p>"
        for last4, label in CARDS
    )
    note = f'<p role="alert">{escape(words)}</p>' if words else ""
    return _page(
        what,
        f'{note}<form method="post">{cards}<p><button type="submit">{escape(what)}</button></p>'
        f'</form><p><a href="{escape(session["cancel_url"])}">Go back</a></p>',
    )


def closed(session: Thing) -> str:
    """The page of a session that is over."""
    return _page("This page is closed", f"<p>It is {escape(session['status'])}.</p>")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>"
        f"<p>A stand-in for Stripe. No money moves.</p>{body}</main></body></html>"
    )
