"""What the letters say."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lakewright.server.mail import Letter
from lakewright.store.accounts import TokenType

LetterKind = Literal["signup", "magiclink", "recovery", "email_change"]


@dataclass(frozen=True, slots=True)
class LetterText:
    """One kind of letter.

    Attributes:
        token_type: Where the database keeps its token.
        purpose: Ends the sentence "Follow this link to ...".
    """

    token_type: TokenType
    subject: str
    purpose: str


LETTERS: Mapping[LetterKind, LetterText] = MappingProxyType(
    {
        "signup": LetterText(
            "confirmation_token", "Confirm your e-mail address", "confirm your address and sign in"
        ),
        "magiclink": LetterText("recovery_token", "Sign in to Lakewright", "sign in"),
        "recovery": LetterText(
            "recovery_token", "Reset your password", "sign in and choose a new password"
        ),
        "email_change": LetterText(
            "email_change_token_new",
            "Confirm your new e-mail address",
            "use this address from now on",
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


def address_changes(to: str, new_email: str) -> Letter:
    """To the old address, when another one was asked for."""
    return Letter(
        to=to,
        subject="Your e-mail address is about to change",
        text=(
            f"Your Lakewright account was asked to use {new_email} from now on. If that was not"
            " you, sign in, change your password, and sign out everywhere else.\n"
        ),
    )
