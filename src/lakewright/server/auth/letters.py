"""What the letters say."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lakewright.server.mail import Letter
from lakewright.store.accounts import TokenType

LetterKind = Literal["signup", "magiclink", "recovery", "email_change", "email_change_current"]


@dataclass(frozen=True, slots=True)
class LetterText:
    """One kind of letter.

    Attributes:
        token_type: Where the database keeps its token.
        purpose: Ends the sentence "Follow this link to ...".
        link_type: What the link and the clients call it.
    """

    token_type: TokenType
    subject: str
    purpose: str
    link_type: str


LETTERS: Mapping[LetterKind, LetterText] = MappingProxyType(
    {
        "signup": LetterText(
            "confirmation_token",
            "Confirm your e-mail address",
            "confirm your address and sign in",
            "signup",
        ),
        "magiclink": LetterText("recovery_token", "Sign in to Lakewright", "sign in", "magiclink"),
        "recovery": LetterText(
            "recovery_token",
            "Reset your password",
            "sign in and choose a new password",
            "recovery",
        ),
        "email_change": LetterText(
            "email_change_token_new",
            "Confirm your new e-mail address",
            "use this address from now on",
            "email_change",
        ),
        "email_change_current": LetterText(
            "email_change_token_current",
            "Your e-mail address is about to change",
            "agree to the new address of your account",
            "email_change",
        ),
    }
)


def compose(kind: LetterKind, *, to: str, link: str, code: str, minutes: int) -> Letter:
    """The letter with its link and its code."""
    text = LETTERS[kind]
    return Letter(
        to=to,
        subject=text.subject,
        text=(
            f"Follow this link to {text.purpose}:\n\n{link}\n\n"
            f"Or type this code: {code}\n\n"
            f"Both count once, for {minutes} minutes. If you did not ask for this letter,"
            " you need not do anything; do not pass it on.\n"
        ),
    )


def already_registered(to: str, address: str) -> Letter:
    """To somebody who has an account, when their address is used to sign up again."""
    return Letter(
        to=to,
        subject="You already have an account",
        text=(
            "Somebody, perhaps you, signed up at Lakewright with this address,"
            f" which has an account already. Sign in at {address}, and reset the password"
            " there if you have forgotten it.\n"
        ),
    )
