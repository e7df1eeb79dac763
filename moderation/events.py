"""What other rooms may react to, sent inside the transaction of the change."""

from django.dispatch import Signal

# sanction: the new Sanction; whoever it reaches may not write in its space (None: anywhere).
sanctioned = Signal()
# stewardship: a Stewardship that began or ended.
stewardship_began = Signal()
stewardship_ended = Signal()
# block: a Block that began; its two people are not brought together.
blocked = Signal()
# agreement_set: the AgreementSet that counts from now on.
agreements_published = Signal()
