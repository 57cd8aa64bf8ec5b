"""What starts a job: trigger nodes as the job's schedule, trigger or continuous settings."""

from collections.abc import Callable, Mapping

from lakewright.datamodel.graph import GraphIndex
from lakewright.datamodel.model import Node
from lakewright.datamodel.tables import dataset_of
from lakewright.generation.shapes import Resource, given


def _schedule(index: GraphIndex, node: Node) -> Resource:
    return {
        "schedule": {
            "quartz_cron_expression": node.properties.get("quartz_cron_expression", ""),
            "timezone_id": node.properties.get("timezone_id", "UTC"),
            "pause_status": node.properties.get("pause_status", "UNPAUSED"),
        }
    }


def _event(node: Node, kind: str, spec: Resource) -> Resource:
    return {
        "trigger": {
            "pause_status": node.properties.get("pause_status", "UNPAUSED"),
            kind: spec,
        }
    }


def _periodic(index: GraphIndex, node: Node) -> Resource:
    return _event(node, "periodic", given(node.properties, "interval", "unit"))


_TIMERS = ("min_time_between_triggers_seconds", "wait_after_last_change_seconds")


def _file_arrival(index: GraphIndex, node: Node) -> Resource:
    url = node.properties.get("url") or next(
        (
            str(source.properties.get("path") or source.properties.get("url") or "")
            for source in index.upstream_of(node.id)
        ),
        "",
    )
    if url and not url.endswith("/"):
        url += "/"
    return _event(node, "file_arrival", {"url": url, **given(node.properties, *_TIMERS)})


def _table_update(index: GraphIndex, node: Node) -> Resource:
    names = node.properties.get("table_names") or [
        address.sql()
        for source in index.upstream_of(node.id)
        if (address := dataset_of(index, source)) is not None
    ]
    spec = {
        "table_names": names,
        "condition": node.properties.get("condition", "ANY_UPDATED"),
        **given(node.properties, *_TIMERS),
    }
    return _event(node, "table_update", spec)


def _continuous(index: GraphIndex, node: Node) -> Resource:
    return {
        "continuous": {
            "pause_status": node.properties.get("pause_status", "UNPAUSED"),
            **given(node.properties, "task_retry_mode"),
        }
    }


def _model_event(index: GraphIndex, node: Node) -> Resource:
    return _event(
        node,
        "model",
        given(node.properties, "condition", "securable_name", "aliases", *_TIMERS),
    )


TRIGGERS: Mapping[str, Callable[[GraphIndex, Node], Resource]] = {
    "trigger_schedule": _schedule,
    "trigger_periodic": _periodic,
    "trigger_file_arrival": _file_arrival,
    "trigger_table_update": _table_update,
    "trigger_continuous": _continuous,
    "trigger_model": _model_event,
}
