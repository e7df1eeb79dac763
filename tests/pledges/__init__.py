"""The pledges' room: every rule of drives, pledges and redemptions, as examples."""
