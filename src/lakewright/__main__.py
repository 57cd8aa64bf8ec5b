"""The `lakewright` command."""


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    from lakewright.cli.app import create_cli

    create_cli()(prog_name="lakewright")


if __name__ == "__main__":
    main()
