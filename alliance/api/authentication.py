"""Alliance keys: `Authorization: Bearer cw_…`, good for one alliance only."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from alliance import links
from alliance.models import AllianceKey


class AllianceKeyAuthentication(BaseAuthentication):
    """Finds the key by its hash, among this alliance's keys."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[AnonymousUser, AllianceKey] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        try:
            secret = parts[1].decode("ascii")
        except (IndexError, UnicodeDecodeError) as error:
            raise AuthenticationFailed from error
        key = AllianceKey.objects.filter(digest=links.digest(secret)).first()
        if key is None or not key.is_live:
            raise AuthenticationFailed("This key opens nothing here: unknown, revoked or expired.")
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AllianceKeyScheme(OpenApiAuthenticationExtension):
    """How the schema tells of it."""

    target_class = AllianceKeyAuthentication
    name = "allianceKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An alliance key, `cw_…`."}
