import pytest
from psycopg2.extensions import parse_dsn

from alliance.local import LocalError, logins, testing
from alliance.tenancy.roles import prepare_database


@pytest.mark.parametrize(
    "parts",
    [
        {"user": "ann", "password": "p@ss/w:rd?", "host": "db.example.org", "port": "5433",
         "dbname": "commonweal", "sslmode": "verify-full"},
        {"user": "ann", "host": "/var/run/postgres ql", "dbname": "commonweal"},
        {"user": "ann", "password": "x", "host": "::1", "dbname": "a b"},
        {"dbname": "commonweal"},
    ],
)  # fmt: skip
def test_an_address_says_what_its_parts_say(parts):
    assert parse_dsn(logins.uri(parts)) == parts


def test_passwords_are_made_once_and_private(tmp_path):
    roles_file = tmp_path / "roles.json"
    first = logins.for_administrator("postgresql://root@host/postgres", roles_file=roles_file)
    again = logins.for_administrator("postgresql://root@host/postgres", roles_file=roles_file)
    assert first == again
    assert roles_file.stat().st_mode & 0o777 == 0o600
    owner, app = parse_dsn(first.owner), parse_dsn(first.app)
    assert (owner["user"], app["user"]) == ("commonweal_owner", "commonweal_app")
    assert owner["password"] != app["password"]


@pytest.mark.parametrize(
    ("given", "used"), [("postgres", "commonweal"), ("", "commonweal"), ("ours", "ours")]
)
def test_the_database_is_the_one_named_unless_it_is_the_maintenance_one(given, used, tmp_path):
    found = logins.for_administrator(
        f"postgresql://root@host/{given}", roles_file=tmp_path / "roles.json"
    )
    assert parse_dsn(found.app)["dbname"] == parse_dsn(found.owner)["dbname"] == used
    assert parse_dsn(found.admin)["dbname"] == "postgres"


@pytest.fixture(scope="module")
def servers():
    with testing.servers(database="commonweal_logins") as servers:
        prepare_database(admin_dsn=servers.admin, owner_dsn=servers.owner, app_dsn=servers.app)
        yield servers


@pytest.mark.local
@pytest.mark.xdist_group("roles")
class TestWhatDatabaseUrlMeans:
    def test_an_administrator_makes_the_roles(self, servers, tmp_path):
        environ = {"DATABASE_URL": servers.admin}
        found = logins.from_environment(environ, roles_file=tmp_path / "roles.json")
        assert found.admin is not None
        assert parse_dsn(found.app)["user"] == "commonweal_app"

    def test_an_administrator_may_name_a_database_that_is_yet_to_be_made(self, servers, tmp_path):
        dsn = logins.uri({**parse_dsn(servers.admin), "dbname": "yet_to_be_made"})
        found = logins.from_environment({"DATABASE_URL": dsn}, roles_file=tmp_path / "r.json")
        assert parse_dsn(found.app)["dbname"] == "yet_to_be_made"

    def test_the_applications_login_comes_with_the_owners(self, servers, tmp_path):
        environ = {"DATABASE_URL": servers.app, "OWNER_DATABASE_URL": servers.owner}
        found = logins.from_environment(environ, roles_file=tmp_path / "roles.json")
        assert found == logins.Logins(admin=None, owner=servers.owner, app=servers.app)
        assert not (tmp_path / "roles.json").exists()

    def test_the_applications_login_alone_is_not_enough(self, servers, tmp_path):
        with pytest.raises(LocalError, match="OWNER_DATABASE_URL"):
            logins.from_environment({"DATABASE_URL": servers.app}, roles_file=tmp_path / "r.json")

    def test_an_address_that_leads_nowhere_is_said(self, tmp_path):
        with pytest.raises(LocalError, match="does not lead to a database"):
            logins.from_environment(
                {"DATABASE_URL": f"postgresql://x@/x?host={tmp_path}"},
                roles_file=tmp_path / "roles.json",
            )
