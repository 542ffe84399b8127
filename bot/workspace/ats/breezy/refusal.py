"""How the Breezy HR stand-in says no."""


class Refusal(Exception):
    """An answer that is not a success, with the type that says why."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message
