"""How fetching says, inside this package, that there is no whole answer."""

from scrapers.answers import Failure


class NoAnswerError(Exception):
    """There is no whole answer, for the reason ``failure``; ``detail`` says it in words."""

    def __init__(self, failure: Failure, detail: str) -> None:
        """``failure``: its code, for programs; ``detail``: for people, without the code."""
        super().__init__(f"{failure}: {detail}")
        self.failure: Failure = failure
        self.detail = detail
