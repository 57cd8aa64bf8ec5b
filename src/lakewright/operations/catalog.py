"""Everything that the product can be asked for: doors, docs and audit are made of these rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lakewright.access import ROLES, Caller, Role, Weakest, may, who_may


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for. Who may is in `access.ROLES`, under the same id.

    Attributes:
        id: Stable, `noun.verb`; the route's operation id, the tool's name, the audit entry's.
        summary: One line that starts with a verb.
        changes: Whether anything is different afterwards.
        audited: Whether an entry in the audit log is written for it even though no row of a
            workspace's tables changes (changed rows are always logged by the database).
    """

    id: str
    summary: str
    changes: bool = False
    audited: bool = False

    @property
    def weakest(self) -> Weakest:
        """The weakest caller who may ask for it."""
        return ROLES[self.id]

    @property
    def for_anyone(self) -> bool:
        """Whether nobody needs to be signed in."""
        return self.weakest is Caller.ANYONE

    @property
    def for_members(self) -> bool:
        """Whether it belongs to a workspace and needs a role in it."""
        return isinstance(self.weakest, Role)

    def allows(self, role: Role | None) -> bool:
        """Whether a member with that role may ask; None is somebody who is no member."""
        return may(role, self.id)

    def who_may(self) -> str:
        """Who may ask, in words: `editors and admins`."""
        return who_may(self.id)


_ROWS = (
    # The server itself
    Operation("server.alive", "Say that the process runs"),
    Operation("server.ready", "Say whether requests can be served"),
    Operation("server.metrics", "Give figures for Prometheus"),
    Operation("server.about", "Say how to sign in here, and which version this is"),
    # What Lakewright knows
    Operation("node_types.list", "List everything that can be drawn"),
    Operation("node_types.get", "Show one node type"),
    Operation("schemas.get", "Give the JSON Schema of a kind of file"),
    Operation("operations.list", "List every operation and who may ask for it"),
    # The person
    Operation("me.get", "Show who is signed in, with workspaces and roles"),
    Operation("me.update", "Change the name that others see", changes=True),
    Operation("preferences.get", "Show preferences"),
    Operation("preferences.save", "Save preferences", changes=True),
    # Workspaces and members
    Operation("workspaces.list", "List the caller's workspaces"),
    Operation("workspaces.create", "Create a workspace", changes=True),
    Operation("workspaces.get", "Show a workspace"),
    Operation("workspaces.update", "Rename a workspace", changes=True),
    Operation("workspaces.archive", "Archive a workspace", changes=True),
    Operation("workspaces.restore", "Bring an archived workspace back", changes=True),
    Operation("workspaces.leave", "Leave a workspace", changes=True),
    Operation("workspaces.transfer", "Hand a workspace to another owner", changes=True),
    Operation("members.list", "List members and their roles"),
    Operation("members.change", "Change a member's role", changes=True),
    Operation("members.remove", "Remove a member", changes=True),
    Operation("invitations.list", "List open invitations"),
    Operation("invitations.create", "Make an invitation link", changes=True),
    Operation("invitations.revoke", "Make an invitation link void", changes=True),
    Operation("invitations.get", "Show what an invitation link is for"),
    Operation("invitations.accept", "Join a workspace by its link", changes=True),
    # Configurations and connections
    Operation("configurations.list", "List configurations"),
    Operation("configurations.get", "Show a configuration"),
    Operation("configurations.create", "Create a configuration", changes=True),
    Operation("configurations.update", "Change a configuration", changes=True),
    Operation("configurations.delete", "Delete a configuration", changes=True),
    Operation("configurations.effective", "Say which value counts, and where it is from"),
    Operation("configurations.written", "List the configurations of the repository's files"),
    Operation("connections.list", "List connections to Databricks; never their tokens"),
    Operation("connections.get", "Show a connection; never its token"),
    Operation("connections.create", "Create a connection", changes=True),
    Operation("connections.update", "Change a connection", changes=True),
    Operation("connections.delete", "Delete a connection", changes=True),
    # Models, templates, recipes, configuration and macro files as documents
    Operation("documents.list", "List documents: models, templates, recipes and more"),
    Operation("documents.get", "Read a document"),
    Operation("documents.create", "Create a document", changes=True, audited=True),
    Operation("documents.save", "Save a document", changes=True, audited=True),
    Operation("documents.rename", "Rename a document", changes=True, audited=True),
    Operation("documents.delete", "Delete a document", changes=True, audited=True),
    Operation("documents.history", "List the commits of a document or of everything"),
    Operation("documents.at", "Read a document as it was in a commit"),
    Operation("documents.validate", "Find what is wrong with a text, saving nothing"),
    Operation("drafts.list", "List the caller's drafts"),
    Operation("drafts.get", "Read a draft"),
    Operation("drafts.save", "Keep a draft", changes=True),
    Operation("drafts.discard", "Throw a draft away", changes=True),
    Operation("documents.starting_points", "List what a new document can begin with"),
    Operation("repositories.get", "Say where the workspace keeps its documents"),
    Operation("repositories.bind", "Bind the workspace to a repository and branch", changes=True),
    # The designer
    Operation("models.list", "List models with their picture, problems and last change"),
    Operation("models.get", "Open a model with its document and the caller's draft of it"),
    Operation("models.open", "Read a model out of a text, or write it in, saving nothing"),
    Operation("models.compare", "Say how a model differs between two texts"),
    Operation("models.merge", "Bring two versions of a model together"),
    Operation("models.picture", "Draw a model of a text that need not be saved"),
    Operation("search", "Find models, nodes, templates and recipes by name"),
    Operation("presence.keep", "Say who has a document open", changes=True),
    Operation("presence.end", "Say that a document is open no more", changes=True),
    Operation("schedules.next", "Say when a schedule fires next"),
    Operation("columns.read", "Read columns out of DDL or a piece of a spreadsheet"),
    # The engine
    Operation("check", "Find what is wrong with models, templates and recipes"),
    Operation("suggest", "Say which template fits each node, and why"),
    Operation("graph", "Draw a model as text, Mermaid or SVG"),
    Operation("templates.list", "List the template library"),
    Operation("templates.get", "Show a template with its variables"),
    Operation("templates.lint", "Find what is wrong with templates"),
    Operation("templates.test", "Try templates in every combination of variations"),
    Operation("templates.search", "Find templates by words, also mistyped ones"),
    Operation("language.completions", "Say what can be written at a place of a template"),
    Operation("language.hover", "Explain the word at a place of a template"),
    Operation("language.definition", "Say where the name at a place is made"),
    Operation("language.references", "List where the name at a place stands"),
    Operation("language.rename", "Give the edits that rename what is at a place"),
    Operation("language.symbols", "Give the parts of a template text as a tree"),
    Operation("language.folding", "Say which lines of a template text belong together"),
    Operation("language.format", "Give the edits that format a template text"),
    Operation("language.diagnostics", "Find what is wrong with a template text, with fixes"),
    Operation("language.tokens", "Say which kind of word each one of a template text is"),
    Operation("language.actions", "Offer what can be done at a place of a template"),
    Operation("templates.coverage", "Try templates at the edges of their values"),
    Operation("templates.versions", "List the versions of a template"),
    Operation("templates.uses", "Say where a template is used"),
    Operation("templates.compare", "Say how two versions of a template differ"),
    Operation("recipes.open", "Open or change a recipe and see its scripts, saving nothing"),
    Operation("recipes.upgrades", "Say what newer templates change in a recipe's scripts"),
    Operation("templates.sample", "Make sample values for a template, saving nothing"),
    Operation("templates.from_script", "Make a template of a script, saving nothing"),
    Operation("packs.list", "List template packs: installed, and offered by the index"),
    Operation("packs.add", "Install a template pack", changes=True, audited=True),
    Operation("packs.update", "Change the version of a template pack", changes=True, audited=True),
    Operation("packs.remove", "Remove a template pack", changes=True, audited=True),
    Operation("packs.export", "Make a template pack as a zip"),
    Operation("preview", "Print one template with values"),
    Operation("generate", "Generate a bundle, as a job", changes=True, audited=True),
    Operation("generations.list", "List what has been generated"),
    Operation("generations.get", "Show one generation and its findings"),
    Operation("generations.file", "Read one file of a bundle"),
    Operation("generations.compare", "Say which files differ from an earlier bundle"),
    Operation("generations.jobs", "Say in which waves the jobs of a bundle run"),
    Operation("generations.origin", "Say which node and template made a file of a bundle"),
    Operation("generations.commit", "Put a bundle into the repository", changes=True, audited=True),
    Operation("generations.download", "Download a bundle as a zip", audited=True),
    Operation("generations.delete", "Delete a generation and its bundle", changes=True),
    # Work that takes long
    Operation("jobs.list", "List background work"),
    Operation("jobs.get", "Show how far a piece of work is"),
    Operation("jobs.cancel", "Stop a piece of work", changes=True, audited=True),
    Operation("jobs.follow", "Follow a piece of work as a stream of events"),
    Operation("events.follow", "Follow what happens in a workspace"),
    # The audit log
    Operation("audit.search", "Search the audit log"),
    Operation("audit.export", "Export the audit log", audited=True),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType({row.id: row for row in _ROWS})
