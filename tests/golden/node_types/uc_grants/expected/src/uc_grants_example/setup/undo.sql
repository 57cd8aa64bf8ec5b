-- Made by Lakewright. Edits are noticed and not overwritten without --force.
-- Takes the set-up back. Tables lose their data: read it before you run it.

REVOKE USE SCHEMA, MODIFY ON SCHEMA main.silver FROM engineers;
REVOKE SELECT ON TABLE main.silver.orders FROM analysts;
DROP TABLE IF EXISTS main.silver.orders;
DROP SCHEMA IF EXISTS main.silver;
