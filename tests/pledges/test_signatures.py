"""The signature under a till's message, as docs/till.md says it."""

import re
from pathlib import Path

import pytest

from pledges.signatures import Forged, WrongClock, check, sign

DOCS = (Path(__file__).resolve().parents[2] / "docs/till.md").read_text()
SECRET, BODY, AT = "cwpos_secret", b'{"id":"1"}', 1_796_155_205
SIGNED = sign(BODY, secret=SECRET, at=AT)


def in_the_guide(name: str) -> str:
    """A line of the guide's test vector."""
    found = re.search(rf"^{name}: +(.*)$", DOCS, re.MULTILINE)
    assert found
    return found[1]


def verdict(header: str, body: bytes = BODY, *, secret: str = SECRET, now: int = AT) -> object:
    """ "good", "forged", or by how many seconds the sender's clock is off."""
    try:
        check(header, body, secret=secret, now=now)
    except Forged:
        return "forged"
    except WrongClock as wrong:
        return wrong.seconds
    return "good"


def test_the_guides_vector_is_what_we_compute():
    body, signature = in_the_guide("body").encode(), in_the_guide("signature")
    assert sign(body, secret=in_the_guide("secret"), at=AT) == signature
    assert verdict(signature, body, secret=in_the_guide("secret")) == "good"


def test_the_guides_python_signs_so(monkeypatch):
    sent = []
    code = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    space: dict = {}
    exec(code[1], space)
    monkeypatch.setattr("time.time", lambda: AT)
    monkeypatch.setattr("urllib.request.urlopen", lambda request, timeout: sent.append(request))
    space["tell"]("https://oak.example/pledge/pos/1/", SECRET, {"id": "sale"})
    header = sent[0].get_header("Commonweal-signature")
    assert verdict(header, sent[0].data) == "good"


def test_another_body_secret_or_moment_is_forged():
    assert verdict(SIGNED, b'{"id":"2"}') == "forged"
    assert verdict(SIGNED, secret="cwpos_other") == "forged"
    assert verdict(SIGNED.replace(f"t={AT}", f"t={AT + 1}")) == "forged"


def test_five_minutes_to_the_second():
    found = {away: verdict(SIGNED, now=AT - away) for away in (-301, -300, 0, 300, 301)}
    assert found == {-301: -301, -300: "good", 0: "good", 300: "good", 301: 301}


def test_a_forged_message_hears_nothing_of_clocks():
    assert verdict(f"t={AT},v1={'0' * 64}", now=AT + 9_000) == "forged"


def test_one_of_several_signatures_is_enough():
    digest = SIGNED.split("v1=")[1]
    assert verdict(f"t={AT},v1={'0' * 64}, v1={digest},v0=x") == "good"


@pytest.mark.parametrize(
    "header",
    ["", "t=", "v1=", f"t={AT}", SIGNED.replace("t=", "t=-"), f"t={AT},{SIGNED}", "t=²,v1=0",
     SIGNED.replace("v1", "v0"), f"t={'9' * 40},v1=0", "," * 9_000, f"t={AT},v1=🍕",
     f"t={AT}," + "v1=0," * 20 + SIGNED],
)  # fmt: skip
def test_what_is_no_signature_is_forged(header):
    assert verdict(header) == "forged"
