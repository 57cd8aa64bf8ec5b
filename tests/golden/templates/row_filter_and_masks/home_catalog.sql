USE CATALOG IDENTIFIER(:catalog);

-- Protects sales.orders; both statements replace what was set before.

ALTER TABLE sales.orders SET ROW FILTER security.may_see_region ON (region);

ALTER TABLE sales.orders ALTER COLUMN email SET MASK main.security.mask_email;

ALTER TABLE sales.orders ALTER COLUMN amount SET MASK main.security.mask_amount USING COLUMNS (region);
