"""Refusals that a member can read."""


class DomainError(Exception):
    """A rule said no. The message is a sentence for the person who asked.

    Pages show it at the form, the API answers 409 with it, tasks log it.
    `field` names the form field that it belongs to, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field

    def __str__(self) -> str:
        return self.message


class TooManyMessages(DomainError):
    """One inbox has been written to often enough for now."""
