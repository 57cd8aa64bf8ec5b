-- Made by Lakewright. Edits are noticed and not overwritten without --force.
-- Takes the set-up back. Tables lose their data: read it before you run it.

DROP CONNECTION IF EXISTS shop_db;
