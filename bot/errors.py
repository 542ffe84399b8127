"""What stops a start-up, in one sentence a person can act on."""


class NotSetUp(Exception):
    """A setting is missing or wrong, or the place is not ready; the text is a sentence that says what to do."""
