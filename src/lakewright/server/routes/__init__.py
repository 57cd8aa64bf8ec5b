"""The routes of `/api/v1`, a module for each subject."""

from lakewright.server.routes import (
    audit,
    configurations,
    connections,
    designer,
    documents,
    drafts,
    engine,
    generations,
    health,
    jobs,
    knowledge,
    people,
    presence,
    templates,
    workspaces,
)

ROUTERS = (
    health.about_router,
    knowledge.router,
    people.router,
    workspaces.router,
    configurations.router,
    connections.router,
    documents.router,
    designer.router,
    designer.helpers,
    presence.router,
    drafts.router,
    engine.router,
    templates.router,
    generations.router,
    jobs.router,
    audit.router,
)
