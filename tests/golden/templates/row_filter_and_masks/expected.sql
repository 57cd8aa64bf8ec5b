-- Protects main.sales.orders; both statements replace what was set before.

ALTER TABLE main.sales.orders SET ROW FILTER main.security.may_see_region ON (region);

ALTER TABLE main.sales.orders ALTER COLUMN email SET MASK main.security.mask_email;

ALTER TABLE main.sales.orders ALTER COLUMN amount SET MASK main.security.mask_amount USING COLUMNS (region);
