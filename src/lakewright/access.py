"""Who is asking, and who may do what: the roles of a workspace as one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from lakewright.errors import LakewrightError


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


class ForbiddenError(LakewrightError):
    """The caller is known, and may not do this."""

    code = "forbidden"
    http_status = 403


class Caller(StrEnum):
    """Who may do something for which no membership is needed."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"


Weakest = Role | Caller | None
"""The weakest caller who may do something; None: nobody, not even an admin."""

_ANYONE, _SIGNED_IN = Caller.ANYONE, Caller.SIGNED_IN
_VIEWER, _EDITOR, _ADMIN = Role.VIEWER, Role.EDITOR, Role.ADMIN

ROLES: Mapping[str, Weakest] = MappingProxyType(
    {
        # The server itself, and what Lakewright knows
        "server.alive": _ANYONE,
        "server.ready": _ANYONE,
        "server.metrics": _ANYONE,
        "server.about": _ANYONE,
        "node_types.list": _ANYONE,
        "node_types.get": _ANYONE,
        "schemas.get": _ANYONE,
        "operations.list": _ANYONE,
        # The person
        "me.get": _SIGNED_IN,
        "me.update": _SIGNED_IN,
        "preferences.get": _SIGNED_IN,
        "preferences.save": _SIGNED_IN,
        # Workspaces and members
        "workspaces.list": _SIGNED_IN,
        "workspaces.create": _SIGNED_IN,
        "workspaces.get": _VIEWER,
        "workspaces.update": _ADMIN,
        "workspaces.archive": _ADMIN,
        "workspaces.restore": _ADMIN,
        "workspaces.leave": _VIEWER,
        "workspaces.transfer": _ADMIN,
        "members.list": _VIEWER,
        "members.change": _ADMIN,
        "members.remove": _ADMIN,
        "invitations.list": _ADMIN,
        "invitations.create": _ADMIN,
        "invitations.revoke": _ADMIN,
        "invitations.get": _ANYONE,
        "invitations.accept": _SIGNED_IN,
        # Configurations and connections
        "configurations.list": _VIEWER,
        "configurations.get": _VIEWER,
        "configurations.create": _EDITOR,
        "configurations.update": _EDITOR,
        "configurations.delete": _EDITOR,
        "configurations.effective": _VIEWER,
        "configurations.written": _VIEWER,
        "connections.list": _VIEWER,
        "connections.get": _VIEWER,
        "connections.create": _ADMIN,
        "connections.update": _ADMIN,
        "connections.delete": _ADMIN,
        # Models, templates, recipes, configuration and macro files as documents
        "documents.list": _VIEWER,
        "documents.get": _VIEWER,
        "documents.create": _EDITOR,
        "documents.save": _EDITOR,
        "documents.rename": _EDITOR,
        "documents.delete": _EDITOR,
        "documents.history": _VIEWER,
        "documents.at": _VIEWER,
        "documents.validate": _VIEWER,
        "drafts.list": _VIEWER,
        "drafts.get": _VIEWER,
        "drafts.save": _EDITOR,
        "drafts.discard": _VIEWER,
        "documents.starting_points": _VIEWER,
        "repositories.get": _VIEWER,
        "repositories.bind": _ADMIN,
        # The designer
        "models.list": _VIEWER,
        "models.get": _VIEWER,
        "models.open": _VIEWER,
        "models.compare": _VIEWER,
        "models.merge": _VIEWER,
        "models.picture": _VIEWER,
        "search": _VIEWER,
        "presence.keep": _VIEWER,
        "presence.end": _VIEWER,
        "schedules.next": _SIGNED_IN,
        "columns.read": _SIGNED_IN,
        # The engine
        "check": _VIEWER,
        "suggest": _VIEWER,
        "graph": _VIEWER,
        "templates.list": _VIEWER,
        "templates.get": _VIEWER,
        "templates.lint": _VIEWER,
        "templates.test": _VIEWER,
        "templates.search": _VIEWER,
        "language.completions": _VIEWER,
        "language.hover": _VIEWER,
        "language.definition": _VIEWER,
        "language.references": _VIEWER,
        "language.rename": _VIEWER,
        "language.symbols": _VIEWER,
        "language.folding": _VIEWER,
        "language.format": _VIEWER,
        "language.diagnostics": _VIEWER,
        "language.tokens": _VIEWER,
        "language.actions": _VIEWER,
        "templates.coverage": _VIEWER,
        "templates.versions": _VIEWER,
        "templates.uses": _VIEWER,
        "templates.compare": _VIEWER,
        "recipes.open": _VIEWER,
        "recipes.upgrades": _VIEWER,
        "templates.sample": _VIEWER,
        "templates.from_script": _VIEWER,
        "packs.list": _VIEWER,
        "packs.add": _EDITOR,
        "packs.update": _EDITOR,
        "packs.remove": _EDITOR,
        "packs.export": _VIEWER,
        "preview": _VIEWER,
        "generate": _EDITOR,
        "generations.list": _VIEWER,
        "generations.get": _VIEWER,
        "generations.file": _VIEWER,
        "generations.compare": _VIEWER,
        "generations.jobs": _VIEWER,
        "generations.origin": _VIEWER,
        "generations.commit": _EDITOR,
        "generations.download": _VIEWER,
        "generations.delete": _ADMIN,
        # Work that takes long, and the audit log
        "jobs.list": _VIEWER,
        "jobs.get": _VIEWER,
        "jobs.cancel": _EDITOR,
        "jobs.follow": _VIEWER,
        "events.follow": _VIEWER,
        "audit.search": _ADMIN,
        "audit.export": _ADMIN,
    }
)
"""Operation -> the weakest caller who may ask for it in a workspace."""


@dataclass(frozen=True, slots=True)
class TableAccess:
    """Who may do what with the rows of one table, as row-level security enforces it.

    Each verb names the weakest caller for rows in a workspace where they have that role.

    Attributes:
        own: Rows belong to persons. `own_*` then says who may do it with rows of their own; the
            verbs without it are about everybody else's rows.
    """

    select: Weakest = None
    insert: Weakest = None
    update: Weakest = None
    delete: Weakest = None
    own: bool = False
    own_select: Weakest = None
    own_insert: Weakest = None
    own_update: Weakest = None
    own_delete: Weakest = None


def _personal(select: Weakest, insert: Weakest, update: Weakest, delete: Weakest) -> TableAccess:
    """Rows that nobody but their owner sees."""
    return TableAccess(
        own=True, own_select=select, own_insert=insert, own_update=update, own_delete=delete
    )


TABLES: Mapping[str, TableAccess] = MappingProxyType(
    {
        "users": TableAccess(
            select=_VIEWER, own=True, own_select=_SIGNED_IN, own_update=_SIGNED_IN
        ),
        "workspaces": TableAccess(select=_VIEWER, update=_ADMIN),
        "workspace_members": TableAccess(
            select=_VIEWER,
            update=_ADMIN,
            delete=_ADMIN,
            own=True,
            own_select=_VIEWER,
            own_update=_ADMIN,
            own_delete=_VIEWER,
        ),
        "user_preferences": _personal(_SIGNED_IN, _SIGNED_IN, _SIGNED_IN, _SIGNED_IN),
        "invitations": TableAccess(select=_ADMIN, insert=_ADMIN, update=_ADMIN),
        "configurations": TableAccess(_VIEWER, _EDITOR, _EDITOR, _EDITOR),
        "effective_configurations": TableAccess(_VIEWER),
        "databricks_connections": TableAccess(_VIEWER, _ADMIN, _ADMIN, _ADMIN),
        "script_generations": TableAccess(
            select=_VIEWER,
            update=_EDITOR,
            delete=_ADMIN,
            own=True,
            own_select=_VIEWER,
            own_insert=_EDITOR,
            own_update=_EDITOR,
            own_delete=_ADMIN,
        ),
        "drafts": _personal(_VIEWER, _EDITOR, _EDITOR, _VIEWER),
        "presence": TableAccess(
            select=_VIEWER,
            own=True,
            own_select=_VIEWER,
            own_insert=_VIEWER,
            own_update=_VIEWER,
            own_delete=_VIEWER,
        ),
        "repositories": TableAccess(_VIEWER, _ADMIN, _ADMIN, _ADMIN),
        "events": TableAccess(_VIEWER, _EDITOR),
        "idempotency_keys": _personal(_SIGNED_IN, _SIGNED_IN, _SIGNED_IN, _SIGNED_IN),
        "background_jobs": TableAccess(
            select=_VIEWER,
            update=_EDITOR,
            own=True,
            own_select=_VIEWER,
            own_insert=_EDITOR,
            own_update=_EDITOR,
        ),
    }
)
"""Every table and view in the schema `public`. Workspaces come from `private.create_workspace`,
members from `private.accept_invitation`, so nobody inserts those directly."""

HIDDEN_COLUMNS = frozenset(
    {("databricks_connections", "token_encrypted"), ("invitations", "token_hash")}
)
"""(table, column) that no client role can read, not even an admin's."""

_STRENGTH = {role: number for number, role in enumerate(Role)}


def reaches(weakest: Weakest, role: Role | None, *, signed_in: bool = True) -> bool:
    """Whether a caller is at least as strong as the weakest one allowed.

    Args:
        role: Role in the workspace in question; None for somebody who is no member.
    """
    match weakest:
        case None:
            return False
        case Caller.ANYONE:
            return True
        case Caller.SIGNED_IN:
            return signed_in
        case Role():
            return role is not None and _STRENGTH[role] >= _STRENGTH[weakest]


def may(role: Role | None, operation: str) -> bool:
    """Whether a signed-in person with this role in a workspace may ask for an operation there.

    Raises:
        KeyError: There is no such operation: our own mistake.

    >>> may(Role.EDITOR, "generate"), may(Role.VIEWER, "generate"), may(None, "generate")
    (True, False, False)
    """
    return reaches(ROLES[operation], role)


def who_may(operation: str) -> str:
    """Who may ask for an operation, in words.

    >>> who_may("generate")
    'editors and admins'
    """
    weakest = ROLES[operation]
    match weakest:
        case None:
            return "nobody"
        case Caller.ANYONE:
            return "anyone"
        case Caller.SIGNED_IN:
            return "anyone who is signed in"
        case Role():
            names = [f"{role}s" for role in Role if reaches(weakest, role)]
            return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def demand(role: Role | None, operation: str) -> None:
    """Let an allowed caller pass.

    Raises:
        ForbiddenError: The role is too weak. Says who may.
    """
    if not may(role, operation):
        raise ForbiddenError(
            problem=f"Your role here ({role or 'no member'}) does not allow '{operation}'.",
            remedy=f"Only {who_may(operation)} may do it; ask an admin of the workspace.",
            where=operation,
        )
