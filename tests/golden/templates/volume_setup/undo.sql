-- Only the entry in the catalog goes; the files stay at their path.
DROP VOLUME IF EXISTS main.landing.orders;
