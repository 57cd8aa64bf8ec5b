"""Who is asking, and who may do what: the roles of a workspace as one table."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """A member's role in a workspace, weakest first (as in the database's enum)."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind a request, as proved by a verified token.

    Attributes:
        user_id: None for somebody who is not signed in.
        session_id: Session of the token; empty when it has none.
    """

    user_id: UUID | None = None
    email: str = ""
    session_id: str = ""

    @property
    def database_role(self) -> str:
        """The Postgres role that a request runs as."""
        return "authenticated" if self.user_id is not None else "anon"


ANONYMOUS = Identity()
