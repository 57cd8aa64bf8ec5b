"""What the same work costs at least: plain loops over the same files, in a process of their own.

`python -m benchmarks.floors equal IN OUT` reads the YAML (CSafeLoader), prints each table with a
compiled Jinja2 template, parses every statement with compiled sqlglot and writes the files, model
by model. `raw` leaves out the parsing and reads JSON. Neither checks, plans, remembers, confines
or proves anything: they are floors, not peers.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

SOURCE = """\
CREATE TABLE IF NOT EXISTS {{ p.catalog }}.{{ p.schema }}.{{ p.name }} (
{% for column in p.columns %}
  {{ column.name }} {{ column.type }}{% if not column.nullable %} NOT NULL{% endif %} COMMENT '{{ column.comment | replace("'", "\\\\'") }}',
{% endfor %}
  CONSTRAINT pk_{{ p.name }} PRIMARY KEY ({{ p.primary_key | join(", ") }})
)
USING DELTA
{% if p.partitioned_by %}
PARTITIONED BY ({{ p.partitioned_by | join(", ") }})
{% elif p.cluster_by %}
CLUSTER BY ({{ p.cluster_by | join(", ") }})
{% endif %}
COMMENT '{{ p.comment }}'
TBLPROPERTIES (
{% for name, value in p.tblproperties | dictsort %}
  '{{ name }}' = '{{ value }}'{{ "," if not loop.last }}
{% endfor %}
);
{% if p.check_constraints %}

{% for check in p.check_constraints %}
ALTER TABLE {{ p.catalog }}.{{ p.schema }}.{{ p.name }} DROP CONSTRAINT IF EXISTS {{ check.name }};
ALTER TABLE {{ p.catalog }}.{{ p.schema }}.{{ p.name }} ADD CONSTRAINT {{ check.name }} CHECK ({{ check.expr }});
{% endfor %}
{% endif %}
"""  # noqa: E501  (a template's lines are as long as what they print)


def main(kind: str, source: Path, target: Path) -> None:
    """Write every table's statements to `target/<model>/<table>.sql`."""
    import jinja2

    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
    template = environment.from_string(SOURCE)
    if kind == "raw":
        for path in sorted(source.glob("*.json")):
            _write(json.loads(path.read_text(encoding="utf-8")), template, target, parse=None)
        return
    import sqlglot
    import yaml

    # sqlglot warns about statements that it keeps as text; that would be printing, not parsing.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    for path in sorted(source.glob("*.yaml")):
        with path.open("rb") as file:
            value = yaml.load(file, yaml.CSafeLoader)
        _write(value, template, target, parse=sqlglot.parse)


def _write(value: Any, template: Any, target: Path, *, parse: Any) -> None:
    for model in value["data_models"]:
        folder = target / model["id"]
        folder.mkdir(parents=True, exist_ok=True)
        for node in model["nodes"]:
            if node["type"] != "uc_table":
                continue
            text = template.render(p=node["properties"])
            if parse is not None:
                parse(text, dialect="databricks")
            (folder / f"{node['id']}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
