"""What a check needs of the machine that it runs on, and does not find there."""


class MissingToolError(Exception):
    """A program that a rule needs is not installed; the message says what to install."""


class OfflineError(Exception):
    """No host could be found, which says more of this machine than of the links."""
