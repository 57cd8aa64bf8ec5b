"""Write the OpenAPI document that the web app's types are made from; starts nothing for it.

`python -m scripts.openapi [file]`, by default `web/src/api/openapi.gen.json`.
"""

import json
import sys
from pathlib import Path

TARGET = "web/src/api/openapi.gen.json"


def document() -> str:
    """The document as text: keys in the order of the routes, so that a diff reads well."""
    from lakewright.server.app import openapi_document

    return json.dumps(openapi_document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else TARGET).write_text(document(), encoding="utf-8")
