"""`{% load structured %}`: what a page is about, for machines."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from alliance.structured import json_ld

register = template.Library()


@register.simple_tag
def structured(data: dict[str, Any]) -> SafeString:
    """`{% structured event %}`: a dict in the words of schema.org, as JSON-LD."""
    return json_ld(data)
