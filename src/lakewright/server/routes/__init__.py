"""The routes of `/api/v1`, a module for each subject."""

from lakewright.server.routes import configurations, engine, health, knowledge, people

ROUTERS = (
    health.about_router,
    knowledge.router,
    people.router,
    configurations.router,
    engine.router,
)
