"""Which websites a visitor may be sent to."""

import pytest
from django.core.exceptions import ValidationError

from alliance.forms import WebsiteField
from alliance.web_addresses import is_public_website

OUTSIDE = [
    "https://example.com",
    "http://www.example.com:8080/shop?a=b#c",
    "https://café.example",
    "https://xn--caf-dma.example/",
    "https://last-and-welt.example.",
    "http://8.8.8.8/",
    "http://[2001:4860:4860::8888]/",
]
INSIDE = [
    "http://localhost",
    "http://LOCALHOST.:8000",
    "http://till.localhost",
    "http://printer.local",
    "http://metadata.google.internal/",
    "http://router.home.arpa",
    "http://intranet",
    "http://127.0.0.1",
    "http://127.1",
    "http://0x7f.1",
    "http://0x7f000001",
    "http://2130706433",
    "http://0177.0.0.1",
    "http://127.0.0.1.",
    "http://①②⑦.⓪.⓪.①",
    "http://ｌocalhost",
    "http://0.0.0.0",
    "http://10.0.0.1",
    "http://172.16.0.1",
    "http://192.168.1.1/admin",
    "http://100.64.0.1",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1",
    "http://[::1]",
    "http://[::]",
    "http://[fe80::1]",
    "http://[fd00:ec2::254]",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:a00:1]",
    "http://[64:ff9b::7f00:1]",
    "http://[2002:7f00:1::]",
    "http://[fe80::1%25eth0]",
]
NOWHERE = [
    "",
    "example.com",
    "javascript:alert(1)",
    "data:text/html,hello",
    "ftp://example.com",
    "file:///etc/passwd",
    "https://",
    "https://a..b",
    "https://example.com:99999",
    "https://[::1",
    "https://ben:secret@example.com",
    "https://example.com@evil.example",
    "https://example.com\\@evil.example",
]


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_one(address):
    assert is_public_website(address)


@pytest.mark.parametrize("address", INSIDE + NOWHERE)
def test_no_other_is(address):
    assert not is_public_website(address)


def test_the_field_takes_what_lacks_its_beginning():
    assert WebsiteField(required=False).clean(" example.com ") == "https://example.com"
    assert WebsiteField(required=False).clean("") == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("no address", "Enter an address such as example.com."),
        ("javascript:alert(1)", "Enter an address such as example.com."),
        ("http://127.0.0.1/", "Enter an address that everybody can open, such as example.com."),
        ("http://10.0.0.7:8080", "Enter an address that everybody can open, such as example.com."),
        (
            "https://a:b@example.com",
            "Enter an address that everybody can open, such as example.com.",
        ),
    ],
)
def test_the_field_says_what_is_wrong(typed, said):
    with pytest.raises(ValidationError) as refused:
        WebsiteField().clean(typed)
    assert refused.value.messages == [said]
