#!/usr/bin/env bash
# Says what `make example` made in the folder $1 and what to do with it.
set -euo pipefail
bundle="${1:-out/retail}"

count() { find "$bundle" -type f -name "$1" | wc -l | tr -d ' '; }

cat <<TEXT

Made in $bundle: $(count '*') files, of which $(count '*.sql') SQL, $(count '*.py') Python, $(count '*.yml') bundle YAML.
Every statement, cell and resource in them has passed its gate.

Next
  less $bundle/README.md
      the drawing, and what runs when
  .venv/bin/lakewright -C examples/retail graph retail_sales
      one of its models as a tree; --format svg -o sales.svg draws a picture
  .venv/bin/lakewright -C examples/retail diff --out $bundle
      what would change, after you changed a file below examples/retail
  cd $bundle && databricks bundle validate -t dev
      with Databricks' command line and your own workspace
TEXT
