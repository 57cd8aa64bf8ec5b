ALTER TABLE main.sales.orders DROP ROW FILTER;
ALTER TABLE main.sales.orders ALTER COLUMN email DROP MASK;
ALTER TABLE main.sales.orders ALTER COLUMN amount DROP MASK;
