"""What a service refused, said at the field that it belongs to."""

from django import forms
from django.core.exceptions import ValidationError

from alliance.errors import DomainError


def show(form: forms.BaseForm, error: DomainError | ValidationError) -> None:
    """Puts a refusal where it can be mended; one about no field of this form stands above it."""
    if isinstance(error, DomainError):
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return
    found = getattr(error, "error_dict", {"": error.error_list})
    for field, problems in found.items():
        for problem in problems:
            form.add_error(field if field in form.fields else None, problem)
