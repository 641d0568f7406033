"""The one exception of these tools: what went wrong, and what to do about it."""


class OverlayError(Exception):
    def __init__(self, cause, remedy=""):
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy

    def __str__(self):
        return self.cause + ("\n  " + self.remedy if self.remedy else "")
