-- Only the entry in the catalog goes; the files stay at their path.
DROP TABLE IF EXISTS main.sales.orders;
