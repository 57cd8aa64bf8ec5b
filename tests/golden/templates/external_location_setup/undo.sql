-- Refused while a table or volume still lies below the path. The files stay.
DROP EXTERNAL LOCATION IF EXISTS landing_orders;
