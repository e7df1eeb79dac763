"""What members write becomes HTML that can do nothing but be read, in bounded time."""

import contextlib
import time
from uuid import UUID

import pytest

from alliance.errors import DomainError
from groups import markdown

ANA, BEN = UUID(int=1), UUID(int=2)
PEOPLE = markdown.handles([(ANA, "Ana Ruiz"), (BEN, "Ben <b>")])
MOST_SECONDS = 2


def html(words: str) -> str:
    return markdown.render(words, PEOPLE).html


def refusal(words: str) -> str:
    with pytest.raises(DomainError) as refused:
        markdown.render(words, PEOPLE)
    assert refused.value.field == "words"
    return refused.value.message


def test_marks_links_quotes_and_lists():
    assert html("**Hello** [you](https://a.example)\n\n> so\n\n- one\n- two\n\n# Loud") == (
        '<p><strong>Hello</strong> <a href="https://a.example" rel="nofollow ugc noopener">you</a>'
        "</p>\n<blockquote>\n<p>so</p>\n</blockquote>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<h4>Loud</h4>\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '<b hx-get="/x" hx-trigger="load">x</b>',
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
        "<svg/onload=alert(1)>",
        "<iframe src=//evil.example></iframe>",
        "<style>*{display:none}</style>",
        "```html\n<script>alert(1)</script>\n```",
        "<!--><script>alert(1)</script>-->",
        '<a class="button" style="x" href="/">x</a>',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_that_acts_comes_through(words):
    shown = html(words)
    for tag in ("<script", "<b ", "<img", "<svg", "<iframe", "<style", 'class="', "<!--"):
        assert tag not in shown
    for link in ('href="javascript', 'href="data', 'href="vbscript'):
        assert link not in shown
    assert "onmouseover" not in shown.replace("&quot;", "").partition("<a")[2].partition(">")[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write something first."),
        (" \n\t ", "Write something first."),
        ("\u200b\u200b", "Write something first."),
        ("a\0b", "hidden characters"),
        ("a\x1bb", "hidden characters"),
        ("a\u202eb", "hidden characters"),
        ("a\u2066b", "hidden characters"),
        ("a\ud800b", "hidden characters"),
        ("Z" + "\u0301\u0322" * 40, "so many marks"),
        ("x" * 20_001, "20,000"),
        ("x" * 1_000_000, "20,000"),
        (">" * 10_000, "levels deep"),
        ("> " * 6 + "x", "levels deep"),
        ("@ana-ruiz " * 500, "at most 20 people"),
        ("![cat](https://evil.example/pixel.png)", "Bring the picture itself"),
        ("![cat](data:image/png;base64,AAAA)", "Bring the picture itself"),
        ("![cat][1]\n\n[1]: https://evil.example/p.png", "Bring the picture itself"),
        ("x\n" * 2_500, "lines"),
        (" " * 100 + "x\n" + " " * 100 + "y", "further to the left"),
        ("[" * 20_000, "too many signs"),
        ("*a" * 10_000, "too many signs"),
    ],
)
def test_what_is_refused_is_refused_with_a_sentence(words, said):
    assert said in refusal(words)


@pytest.mark.parametrize(
    "words",
    [
        "\n\n".join("[" * 299 for _ in range(60)),
        "\n\n".join("*a" * 149 for _ in range(60)),
        "\n\n".join("`a" * 140 for _ in range(70)),
        "'a" * 10_000,
        "&amp;" * 4_000,
        "1. a\n" * 1_900,
        "- " * 10_000,
        ">" * 10_000,
        "[" * 20_000,
        "a" * 1_000_000,
    ],
    ids=lambda words: f"{words[:4]!r}",
)
def test_whatever_comes_takes_bounded_time(words):
    started = time.process_time()
    with contextlib.suppress(DomainError):
        markdown.render(words, PEOPLE)
    assert time.process_time() - started < MOST_SECONDS


def test_members_are_named_by_handle_and_all_else_is_text():
    found = markdown.render("@ana-ruiz and @Ben, @stranger, a@ben.example `@ana`", PEOPLE)
    assert found.html == (
        '<p><strong class="mention">@Ana Ruiz</strong> and '
        '<strong class="mention">@Ben &lt;b&gt;</strong>, @stranger, a@ben.example '
        "<code>@ana</code></p>\n"
    )
    assert found.mentions == {ANA, BEN}


def test_a_first_name_of_two_names_neither_of_them():
    people = markdown.handles([(ANA, "Ana Ruiz"), (BEN, "Ana Soto")])
    assert sorted(people) == ["ana-ruiz", "ana-soto"]
    same = markdown.handles([(ANA, "Ana Ruiz"), (BEN, "Ana Ruiz")])
    assert same == {"ana-ruiz": (ANA, "Ana Ruiz"), "ana-ruiz-2": (BEN, "Ana Ruiz")}


def test_written_languages_pass():
    for words in ("Über Hören", "שָׁלוֹם עֲלֵיכֶם", "สวัสดีครับ", "Tiếng Việt", "हिन्दी में", "👩‍🍳 bakes"):
        assert html(words).startswith("<p>")


def test_a_quote_leaves_out_what_it_quotes_itself():
    assert markdown.quoted("> old\n\nNew\nlines", "Ana") == (
        "> **Ana wrote:**\n>\n> New\n> lines\n\n"
    )


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "title"),
        ("x" * 121, "120"),
        ("a\u202eb", "hidden"),
        ("a\nb", "hidden"),
        ("a\0", "hidden"),
    ],
)
def test_titles_are_one_plain_line(title, said):
    with pytest.raises(DomainError, match=said) as refused:
        markdown.line(title, field="title", longest=120)
    assert refused.value.field == "title"
