"""What bin/run, bin/test and bin/check stand on: servers of our own, and the processes beside them.

Nothing in this package needs Django or its settings, so it can prepare the environment in which
the settings are read (an import contract keeps it so).
"""


class LocalError(Exception):
    """Something that whoever typed the command can put right; the message is one plain sentence."""
