"""Mail into a folder, one file per Message-ID: what `bin/run` uses instead of SMTP.

A message that is delivered twice is one file, as it is one message to a mail
server that knows the id.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes each message to MAIL_DIR, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = hashlib.sha256(message["Message-ID"].encode()).hexdigest()[:32]
            draft = folder / f".{name}.{os.getpid()}"
            draft.write_bytes(message.as_bytes())
            draft.replace(folder / f"{name}.eml")
        return len(email_messages)
