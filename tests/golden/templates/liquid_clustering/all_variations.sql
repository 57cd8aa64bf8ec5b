-- Clustering needs statistics; by default only the first 32 columns have them.
ALTER TABLE main.silver.orders SET TBLPROPERTIES (
  'delta.dataSkippingStatsColumns' = 'customer_id, order_date'
);
ANALYZE TABLE main.silver.orders COMPUTE DELTA STATISTICS;
ALTER TABLE main.silver.orders SET TBLPROPERTIES (
  'delta.enableDeletionVectors' = 'true',
  'delta.enableRowTracking' = 'true'
);
ALTER TABLE main.silver.orders CLUSTER BY (customer_id, order_date);
OPTIMIZE main.silver.orders FULL;
