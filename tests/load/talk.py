"""How long the groups' pages take, against plain Django and with many topics.

bin/bench talk             1,000 topics, and 100,000 topics with 1,000,000 posts in one alliance

The whole of the application in one process, somebody signed in; page and
yardstick (`tests.load.talk_bare`) take turns, so that only ratios of one run
count. "Kept" is what somebody sees who comes again, "anew" what is made for
the first who comes after a change.
"""

import json
import logging
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client, RequestFactory

from alliance.local import state
from alliance.models import Alliance, Network, Role
from alliance.services.places import open_alliance
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from tests.factories import groups as make
from tests.factories import talk
from tests.plugin import run_sql

FEW, MANY, EACH = 1_000, 100_000, 10
TURNS, WARM = 80, 12
AIM, FLAT = 0.7, 0.8
WORDS = ("bread", "oven", "lease", "wages", "window", "delivery", "opening", "hours", "prices")


def measure(*options: str) -> bool:
    """Prints the ratios and writes .local/talk.json; whether an aim was missed."""
    logging.disable(logging.CRITICAL)
    numbers = [int(option) for option in options if option.isdigit()]
    size = numbers[0] if numbers else MANY
    network = Network.objects.create(name="Main Streets")
    few, many = (_filled(network, slug, n) for slug, n in (("few", FEW), ("many", size)))
    _run("VACUUM (ANALYZE)")
    if "--profile" in options:
        _profile(few, "list")
        return False
    report = {
        "topics": size,
        "posts": size * EACH,
        "list, kept": _turns(few, many, "list", is_kept=True),
        "list, anew": _turns(few, many, "list", is_kept=False),
        "topic, kept": _turns(few, many, "topic", is_kept=True),
        "topic, anew": _turns(few, many, "topic", is_kept=False),
        "search": _searches(few, many),
        "queries": {name: _queries(many, name) for name in ("list", "topic")},
    }
    (state.ROOT / ".local" / "talk.json").write_text(json.dumps(report, indent=2))
    for name, figures in report.items():
        print(f"{name:<14} {figures}")
    kept = [report[f"{name}, kept"] for name in ("list", "topic")]
    return any(row["of_bare"] < AIM or row["many_of_few"] < FLAT for row in kept)  # type: ignore[index]


class _Scene:
    """One alliance with one group, and what its reader's browser sends."""

    def __init__(self, alliance: Alliance, group: Any, member: Any) -> None:
        host = f"{alliance.slug}.commonweal.test"
        client = Client(HTTP_HOST=host)
        client.force_login(member.seat.person)
        client.get("/groups/talk/")
        self.client, self.alliance = client, alliance
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.factory = RequestFactory(HTTP_HOST=host, HTTP_COOKIE=cookies)
        self.paths = {"list": "/groups/talk/", "topic": "/groups/talk/topics/17/"}
        self.bare = {
            "list": f"/bare/groups/{group.pk}/{member.pk}/",
            "topic": "/bare/topics/17/",
        }


def _filled(network: Network, slug: str, topics: int) -> _Scene:
    alliance = open_alliance(
        network=network, name=slug.title(), slug=slug, contact_email="a@b.example", timezone="UTC"
    )
    with in_alliance(alliance):
        give_seat(person=make.a_person("Ada"), role=Role.OWNER, by=None)
        group = make.a_group(name="Talk", slug="talk")
        members = [make.introduced(group) for _n in range(3)]
        talk.a_topic(group, members[0].seat)
    _rows(alliance, group, members, topics)
    return _Scene(alliance, group, members[0])


def _rows(alliance: Alliance, group: Any, members: list[Any], topics: int) -> None:
    """So many topics of ten posts each, written as the owner: what is measured is reading."""
    keys = "ARRAY[" + ", ".join(f"'{member.pk}'" for member in members) + "]::uuid[]"
    words = "ARRAY[" + ", ".join(f"'{word}'" for word in WORDS) + "]"
    common = {"a": alliance.pk, "g": group.pk, "k": keys, "w": words, "n": topics, "e": EACH}
    _run(
        *(
            statement.format(**common)
            for statement in ("SET session_replication_role = replica", _TOPICS, _POSTS, _MARKS)
        ),
    )
    if topics != FEW:
        _run(*(statement.format(**common, m=members[0].pk) for statement in _BARE))


_TOPICS = """
INSERT INTO groups_topic (id, alliance_id, group_id, author_id, number, kind, title, is_tough_ok,
    created_at, last_post_at, last_by_id, last_number, post_count)
SELECT md5('{a}' || n)::uuid, '{a}', '{g}', ({k})[1 + n % 3], n, 'talk',
    'About the ' || ({w})[1 + n % 9] || ' and the ' || ({w})[1 + n / 9 % 9] || ', ' || n, false,
    now() - interval '1 minute' * n, now() - interval '1 minute' * n, ({k})[1 + n / 3 % 3], {e}, {e}
FROM generate_series(2, {n}) n
"""
_POSTS = """
INSERT INTO groups_post (id, alliance_id, topic_id, group_id, author_id, number, words, html,
    created_at, helped_count, document)
SELECT md5('{a}' || n || '-' || p)::uuid, '{a}', md5('{a}' || n)::uuid, '{g}',
    ({k})[1 + (n + p) % 3], p,
    text, '<p>' || text || '</p>', now() - interval '1 minute' * n, p % 4,
    to_tsvector('commonweal_plain', text)
FROM generate_series(2, {n}) n, generate_series(1, {e}) p,
    LATERAL (SELECT 'We spoke of the ' || ({w})[1 + (n + p) % 9] || ' again, and number '
        || n || ' said that nobody had counted before; so we shall, and tell you on Monday.'
        AS text) t
"""
_MARKS = """
INSERT INTO groups_readmark (id, alliance_id, member_id, topic_id, number, at)
SELECT md5('mark{a}' || n)::uuid, '{a}', ({k})[1], md5('{a}' || n)::uuid, {e}, now()
FROM generate_series(2, {n}) n WHERE n % 2 = 0
"""
_BARE = (
    "CREATE TABLE bare_name AS SELECT m.id, p.name FROM groups_groupmember m "
    "JOIN alliance_seat s ON s.id = m.seat_id JOIN alliance_person p ON p.id = s.person_id",
    "CREATE TABLE bare_topic AS SELECT id, group_id, number, title, kind, author_id, last_by_id, "
    "last_post_at, last_number, post_count FROM groups_topic WHERE alliance_id = '{a}'",
    "CREATE TABLE bare_mark AS SELECT id, member_id, topic_id, number FROM groups_readmark "
    "WHERE alliance_id = '{a}'",
    "CREATE TABLE bare_post AS SELECT id, topic_id, author_id, number, html, created_at, "
    "helped_count FROM groups_post WHERE alliance_id = '{a}'",
    "ALTER TABLE bare_name ADD PRIMARY KEY (id)",
    "ALTER TABLE bare_topic ADD PRIMARY KEY (id)",
    "CREATE INDEX ON bare_topic (group_id, last_post_at DESC, id DESC)",
    "CREATE UNIQUE INDEX ON bare_topic (number)",
    "CREATE UNIQUE INDEX ON bare_mark (member_id, topic_id)",
    "CREATE UNIQUE INDEX ON bare_post (topic_id, number)",
    "GRANT SELECT ON bare_name, bare_topic, bare_mark, bare_post TO PUBLIC",
)


def _run(*statements: str) -> None:
    run_sql(os.environ["ADMIN_DATABASE_URL"], *statements)


def _turns(few: _Scene, many: _Scene, name: str, *, is_kept: bool) -> dict[str, float]:
    """Milliseconds of each in turns, and how they stand to each other."""
    app, bare = get_wsgi_application(), _bare()
    sides: dict[str, Callable[[], Any]] = {
        "few": lambda: _ask(app, few.factory, few.paths[name]),
        "many": lambda: _ask(app, many.factory, many.paths[name]),
        "bare": lambda: _ask(bare, many.factory, many.bare[name]),
    }
    times: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(TURNS + WARM):
        for side, ask in sides.items():
            if not is_kept:
                cache.clear()
            started = time.perf_counter()
            ask()
            if turn >= WARM:
                times[side].append((time.perf_counter() - started) * 1000)
    middle = {side: statistics.median(found) for side, found in times.items()}
    return {
        **{f"{side}_ms": round(value, 2) for side, value in middle.items()},
        "of_bare": round(middle["bare"] / middle["many"], 2),
        "many_of_few": round(middle["few"] / middle["many"], 2),
    }


def _bare() -> WSGIHandler:
    from tests.load.talk_bare import BareHandler

    return BareHandler()


def _ask(app: WSGIHandler, factory: RequestFactory, path: str) -> bytes:
    told: list[str] = []
    body = app(factory.get(path).environ, lambda status, headers: told.append(status))
    content = b"".join(body)
    if not told[0].startswith("200"):
        raise SystemExit(f"{path}: {told[0]}")
    return content


def _searches(few: _Scene, many: _Scene) -> dict[str, float]:
    """Milliseconds of searching for what is rare, frequent and absent."""
    app, found = get_wsgi_application(), {}
    for name, asked in (("frequent", "bread"), ("rare", "number 4711"), ("absent", "zebra")):
        for side, scene in (("few", few), ("many", many)):
            times = []
            for _turn in range(9):
                started = time.perf_counter()
                _ask(app, scene.factory, f"/groups/search/?q={asked.replace(' ', '+')}")
                times.append((time.perf_counter() - started) * 1000)
            found[f"{name}, {side}"] = round(statistics.median(times), 1)
    return found


def _queries(scene: _Scene, name: str) -> int:
    """Statements of a page that somebody opens again, without those that set its scope."""
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(str(sql))
        return execute(sql, *rest)

    scene.client.get(scene.paths[name])
    with connection.execute_wrapper(note):
        scene.client.get(scene.paths[name])
    return sum(not sql.startswith(("SET ", "SAVEPOINT", "RELEASE")) for sql in seen)


def _profile(scene: _Scene, name: str) -> None:
    """Where the time of a page goes."""
    import cProfile
    import pstats

    app = get_wsgi_application()
    profiler = cProfile.Profile()
    _ask(app, scene.factory, scene.paths[name])
    profiler.enable()
    for _turn in range(40):
        _ask(app, scene.factory, scene.paths[name])
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)
