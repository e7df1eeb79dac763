"""What other rooms may react to; each is sent inside the transaction of the change."""

from django.dispatch import Signal

# drive: the PledgeDrive; step: its DriveStep.
drive_moved = Signal()
# pledge: the Pledge; step: its PledgeStep.
pledge_changed = Signal()
# redemption: the Redemption; step: its RedemptionStep.
redemption_moved = Signal()
