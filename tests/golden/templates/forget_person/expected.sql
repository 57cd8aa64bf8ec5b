DELETE FROM main.silver.customers
WHERE customer_id IN (
  SELECT customer_id
  FROM main.privacy.deletion_requests
  -- NULL asks for nobody.
  WHERE customer_id IS NOT NULL
    AND done_at IS NULL
);
REORG TABLE main.silver.customers APPLY (PURGE);

DELETE FROM main.silver.orders
WHERE customer_id IN (
  SELECT customer_id
  FROM main.privacy.deletion_requests
  -- NULL asks for nobody.
  WHERE customer_id IS NOT NULL
    AND done_at IS NULL
);
REORG TABLE main.silver.orders APPLY (PURGE);

-- Last, so that a run that breaks off is simply repeated; requests that came in between stay open
-- as long as one of their rows is left.
UPDATE main.privacy.deletion_requests AS requests
SET done_at = current_timestamp()
WHERE done_at IS NULL
  AND NOT EXISTS (
    SELECT 1
    FROM main.silver.customers AS kept
    WHERE kept.customer_id = requests.customer_id
  )
  AND NOT EXISTS (
    SELECT 1
    FROM main.silver.orders AS kept
    WHERE kept.customer_id = requests.customer_id
  );
