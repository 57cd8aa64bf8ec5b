CREATE OR REPLACE FUNCTION main.security.mask_email(email STRING COMMENT 'Address to hide')
RETURNS STRING
LANGUAGE SQL
DETERMINISTIC
COMMENT 'The address for those who may see it, else only its domain'
RETURN CASE
  WHEN is_account_group_member('pii-readers') THEN email
  ELSE regexp_replace(email, '^[^@]+', '***')
END;

GRANT EXECUTE ON FUNCTION main.security.mask_email TO analysts;
