"""The API: one flags, decides, reads one's own and appeals; keys and strangers do not."""

from uuid import uuid4

import pytest

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from moderation.models import Appeal, Case, Decision, Flag

BASE = "/api/v1/moderation/"


def post(browser, path, **data):
    return browser.post(f"{BASE}{path}", data, content_type="application/json")


def test_agreements_and_counts_are_for_everybody(visit, oak_street, rules):
    browser = visit(oak_street)
    told = browser.get(f"{BASE}agreements/").json()
    assert (told["number"], [a["id"] for a in told["agreements"]]) == (
        1, [str(rule.pk) for rule in rules],
    )  # fmt: skip
    months = browser.get(f"{BASE}counts/").json()
    assert (len(months), {month["flags"] for month in months}) == (12, {None})


class TestFlags:
    def test_one_flags(self, visit, oak_street, oven, mia, rules):
        answer = post(
            visit(oak_street, mia), "flags/",
            kind="pledges.drive", subject=str(oven.pk), agreement=str(rules[1].pk), note="Rude",
        )  # fmt: skip
        assert answer.status_code == 201
        with in_alliance(oak_street):
            flag = Flag.objects.get()
        assert (str(flag.pk), flag.by_id, flag.note) == (
            answer.json()["id"], mia.pk, "Rude",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"kind": "nonsense"}, 404),
            ({"subject": str(uuid4())}, 404),
            ({"subject": "x"}, 400),
            ({"agreement": str(uuid4())}, 404),
            ({"note": "x" * 1_000_000}, 400),
            ({"note": "\x00"}, 400),
            ({"kind": "\ud800"}, 400),
            ({"kind": ["a"]}, 400),
        ],
    )
    def test_what_is_wrong_is_said(self, visit, oak_street, oven, mia, rules, changed, status):
        told = {"kind": "pledges.drive", "subject": str(oven.pk), "agreement": str(rules[1].pk)}
        assert post(visit(oak_street, mia), "flags/", **told | changed).status_code == status
        with in_alliance(oak_street):
            assert not Flag.objects.exists()

    def test_not_strangers_nor_keys_nor_what_is_hidden(
        self,
        visit,
        oak_street,
        oven,
        mia,
        rules,
        neighbour,
        ada,
        hide,
    ):
        told = {"kind": "pledges.drive", "subject": str(oven.pk), "agreement": str(rules[1].pk)}
        assert post(visit(oak_street), "flags/", **told).status_code in (401, 403)
        assert post(visit(oak_street, neighbour.dan), "flags/", **told).status_code == 403
        with in_alliance(oak_street):
            _key, secret = keys.make_key(name="Probe", scopes=["pledges:read"], days=1, by=ada)
        answer = visit(oak_street).post(
            f"{BASE}flags/", told, content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert answer.status_code == 403
        theirs = told | {"subject": str(neighbour.drive.pk)}
        assert post(visit(oak_street, mia), "flags/", **theirs).status_code == 404
        hide(oven)
        assert post(visit(oak_street, mia), "flags/", **told).status_code == 404


class TestCases:
    def test_one_decides(self, visit, oak_street, cleo, case, rules):
        browser = visit(oak_street, cleo)
        (row,) = browser.get(f"{BASE}cases/").json()["results"]
        assert (row["id"], row["state"], row["decisions"]) == (str(case.pk), "open", [])
        told = {"outcome": "hide", "agreement": str(rules[1].pk), "reasons": "It insults."}
        answer = post(browser, f"cases/{case.pk}/decision/", **told)
        assert (answer.status_code, answer.json()["state"]) == (201, "decided")
        assert post(browser, f"cases/{case.pk}/decision/", **told).status_code == 409
        with in_alliance(oak_street):
            assert Decision.objects.count() == 1

    @pytest.mark.parametrize(
        ("changed", "status"),
        [({"outcome": "x"}, 400), ({"reasons": ""}, 400), ({"agreement": None}, 409),
         ({"agreement": str(uuid4())}, 404)],
    )  # fmt: skip
    def test_what_is_missing(self, visit, oak_street, cleo, case, rules, changed, status):
        told = {"outcome": "hide", "agreement": str(rules[1].pk), "reasons": "It insults."}
        answer = post(visit(oak_street, cleo), f"cases/{case.pk}/decision/", **told | changed)
        assert answer.status_code == status

    def test_others_find_none(self, visit, oak_street, mill_lane, case, mia, ben, neighbour):
        for path in ("cases/", f"cases/{case.pk}/"):
            assert visit(oak_street, mia).get(BASE + path).status_code == 403
            assert visit(oak_street).get(BASE + path).status_code in (401, 403)
        director = visit(mill_lane, neighbour.director)
        (row,) = director.get(f"{BASE}cases/").json()["results"]
        assert row["id"] == str(neighbour.community.case.pk)
        assert director.get(f"{BASE}cases/{case.pk}/").status_code == 404


class TestOwn:
    def test_one_reads_why_and_appeals(self, visit, oak_street, ben, mia, decided):
        browser = visit(oak_street, ben)
        (row,) = browser.get(f"{BASE}mine/").json()["results"]
        assert [d["reasons"] for d in row["decisions"]] == ["It insults."]
        path = f"mine/{decided.pk}/appeal/"
        assert post(visit(oak_street, mia), path, words="Mine").status_code == 404
        assert post(browser, path, words="").status_code == 400
        assert post(browser, path, words="A joke.").json()["state"] == "appealed"
        assert post(browser, path, words="A joke.").status_code == 409
        with in_alliance(oak_street):
            assert (Appeal.objects.count(), Case.objects.count()) == (1, 1)
