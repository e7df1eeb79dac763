"""Choosing a row by its id, whatever was sent for one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class RowChoice(forms.ModelChoiceField):
    """One of some rows; what is no id at all is no choice either, rather than a bad UUID."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": value},
            ) from error
