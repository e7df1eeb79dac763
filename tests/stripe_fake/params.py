"""Requests as Stripe reads them: nested form fields, none that this version does not know."""

import inspect
import re
import sys
from typing import Any, get_args
from urllib.parse import parse_qsl

from stripe.params import (
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    RefundCreateParams,
    RefundListParams,
    SetupIntentRetrieveParams,
)
from stripe.params.checkout import SessionCreateParams, SessionRetrieveParams

from tests.stripe_fake.accounts import Trouble

# The SDK's own types of each request, generated from Stripe's specification of this version.
KNOWN: dict[str, Any] = {
    "POST /v1/checkout/sessions": SessionCreateParams,
    "GET /v1/checkout/sessions/*": SessionRetrieveParams,
    "POST /v1/payment_intents": PaymentIntentCreateParams,
    "GET /v1/payment_intents": PaymentIntentListParams,
    "GET /v1/payment_intents/*": PaymentIntentRetrieveParams,
    "GET /v1/setup_intents/*": SetupIntentRetrieveParams,
    "POST /v1/refunds": RefundCreateParams,
    "GET /v1/refunds": RefundListParams,
}


def read(text: str) -> dict[str, Any]:
    """`a[b][0][c]=1` as {"a": {"b": [{"c": "1"}]}}."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        steps = re.findall(r"[^\[\]]+", name)
        inner = found
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = value
    return {name: _lists(value) for name, value in found.items()}


def refuse_unknown(route: str, params: dict[str, Any]) -> None:
    """Answers as Stripe does where a field is not one of this version's."""
    known = KNOWN.get(route)
    unknown = list(params) if known is None else list(_unknown(params, known, ""))
    if unknown:
        words = f"Received unknown parameter: {unknown[0]}"
        raise Trouble(400, "invalid_request_error", words, code="parameter_unknown")


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(inner) for name, inner in value.items()}


def _unknown(params: Any, known: Any, path: str) -> list[str]:
    if isinstance(params, list):
        return [name for inner in params for name in _unknown(inner, known, path)]
    if not isinstance(params, dict):
        return []
    found = []
    annotations = inspect.get_annotations(known)
    for name, inner in params.items():
        here = f"{path}[{name}]" if path else name
        if name not in annotations:
            found.append(here)
        elif (below := _below(annotations[name], known)) is not None:
            found += _unknown(inner, below, here)
    return found


def _below(annotation: Any, owner: Any) -> Any:
    """The TypedDict that an annotation names, if it names one of the same module."""
    names = re.findall(r"\b[A-Z]\w+Params\w+", f"{annotation} {get_args(annotation)}")
    module = sys.modules[owner.__module__]
    return getattr(module, names[0], None) if names else None
