-- Orders that the returns desk takes
CREATE OR REFRESH STREAMING TABLE orders;

CREATE FLOW orders_from_returns_desk AS INSERT INTO orders BY NAME
SELECT *
FROM STREAM(main.bronze.customer_changes);
