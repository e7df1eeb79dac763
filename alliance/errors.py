"""Refusals that a member can read."""


class DomainError(Exception):
    """A rule said no. The message is a sentence for the person who asked.

    Pages show it at the form, the API answers 409 with it, tasks log it.
    `field` names the form field that it belongs to, where there is one;
    some kinds say where the person can put it right (`leads_to`).
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field

    def __str__(self) -> str:
        return self.message

    def leads_to(self, wanted: str = "") -> str:
        """The path of the page where what is missing can be done; empty where there is none."""
        return ""


class TooManyMessages(DomainError):
    """One inbox has been written to often enough for now."""
