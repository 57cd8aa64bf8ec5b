"""Write the OpenAPI document that the web app's types are made from.

`python -m scripts.openapi` writes `web/src/api/openapi.gen.json`; nothing is started for it.
"""

import json
from pathlib import Path

TARGET = Path("web/src/api/openapi.gen.json")


def document() -> str:
    """The document as text: keys in the order of the routes, so that a diff reads well."""
    from lakewright.server.app import openapi_document

    return json.dumps(openapi_document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
