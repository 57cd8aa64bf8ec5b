-- Protects main.sales.orders; both statements replace what was set before.

CREATE OR REPLACE FUNCTION main.security.may_see_region(value STRING)
RETURNS BOOLEAN
RETURN is_account_group_member('order-admins')
  OR is_account_group_member(concat('sales_', value));

ALTER TABLE main.sales.orders SET ROW FILTER main.security.may_see_region ON (region);

ALTER TABLE main.sales.orders ALTER COLUMN email SET MASK main.security.mask_email;
ALTER TABLE main.sales.orders ALTER COLUMN email SET TAGS ('class' = 'pii');

ALTER TABLE main.sales.orders ALTER COLUMN amount SET MASK main.security.mask_amount USING COLUMNS (region);
ALTER TABLE main.sales.orders ALTER COLUMN amount SET TAGS ('class' = 'pii');
