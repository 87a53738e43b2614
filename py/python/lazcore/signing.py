"""Why the gateway refuses a signature: `explain_signature`."""

from __future__ import annotations

from lazcore import _native

# To import `typing` takes longer than to import all of this package.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["SignatureExplanation", "SignatureMistake", "explain_signature"]


class SignatureMistake:
    """A known mistake."""

    __slots__ = {
        "advice": "What was done, and what to do instead.",
        "code": "A word to branch on, such as hash.",
    }

    code: str
    advice: str

    def __init__(self, code: str, advice: str) -> None:
        self.code = code
        self.advice = advice

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SignatureMistake):
            return NotImplemented
        return (self.code, self.advice) == (other.code, other.advice)

    def __hash__(self) -> int:
        return hash((self.code, self.advice))

    def __reduce__(self) -> tuple[Any, ...]:
        return (SignatureMistake, (self.code, self.advice))

    def __repr__(self) -> str:
        return f"<SignatureMistake {self.code}>"


class SignatureExplanation:
    """The right signature of a request, and what is wrong with another one."""

    __slots__ = {
        "base_string": "What is hashed, the access token included: do not log it.",
        "mistakes": "Those that together make the other signature; after unknown, what its form "
        "tells.",
        "signature": "The right signature.",
        "verdict": "not_given, right, wrong (by the mistakes named) or unknown (no known mistake "
        "makes it).",
    }

    base_string: str
    signature: str
    verdict: str
    mistakes: list[SignatureMistake]

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.base_string = told["base_string"]
        self.signature = told["signature"]
        self.verdict = told["verdict"]
        self.mistakes = [SignatureMistake(**mistake) for mistake in told["mistakes"]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SignatureExplanation):
            return NotImplemented
        return self._told() == other._told()

    def __hash__(self) -> int:
        return hash((self.base_string, self.signature, self.verdict))

    def __reduce__(self) -> tuple[Any, ...]:
        return (SignatureExplanation, (self._told(),))

    def _told(self) -> dict[str, Any]:
        return {
            "base_string": self.base_string,
            "signature": self.signature,
            "verdict": self.verdict,
            "mistakes": [{"code": one.code, "advice": one.advice} for one in self.mistakes],
        }

    def __repr__(self) -> str:
        codes = [mistake.code for mistake in self.mistakes]
        return f"<SignatureExplanation {self.verdict} {codes}>"


def explain_signature(
    secret: str, path: str, params: Mapping[str, Any], signature: str | None = None
) -> SignatureExplanation:
    """Signs a request and says by which known mistake `signature` differs from the right one.

    For `IncompleteSignature`: give what your own code sends and the signature it made. A dozen
    kinds of mistakes are tried, alone and in pairs, and single mistyped characters of the secret.

    Args:
        secret: The app secret.
        path: The API path, such as /order/get.
        params: Everything that is sent, system parameters and blank values included, in the order
            of the program; `sign` and files left out.
        signature: The signature that was refused.

    Raises:
        InputError: A path or a name that cannot stand in a request.
    """
    import json

    return SignatureExplanation(
        json.loads(_native.explain_signature(secret, path, params, signature))
    )
