CREATE OR REPLACE FUNCTION main.security.mask_email(wanted_country STRING DEFAULT 'DE')
RETURNS TABLE (order_id BIGINT, amount DECIMAL(18,2))
LANGUAGE SQL
COMMENT 'The address for those who may see it, else only its domain'
RETURN SELECT order_id, amount FROM main.silver.orders WHERE country = wanted_country;
