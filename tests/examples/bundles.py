"""Every bundle that the examples make: which example, which recipe."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from lakewright.ports import TemplateRenderer
from tests.operations.workshop import Workshop

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class Made:
    """One bundle. `recipe` is empty where the repository's only recipe or all models are meant."""

    example: str
    recipe: str = ""

    def __str__(self) -> str:
        return f"{self.example}-{self.recipe}".strip("-")


MADE = (
    Made("customer_pipeline"),
    Made("retail"),
    Made("iot_streaming"),
    Made("multi_cloud", "aws"),
    Made("multi_cloud", "azure"),
    Made("multi_cloud", "gcp"),
)


def made_of(made: Made, folder: Path, renderer: TemplateRenderer) -> Workshop:
    """A workshop with a copy of the example, nothing generated yet."""
    workshop = Workshop(folder, renderer)
    shutil.copytree(EXAMPLES / made.example, workshop.root, dirs_exist_ok=True)
    return workshop
