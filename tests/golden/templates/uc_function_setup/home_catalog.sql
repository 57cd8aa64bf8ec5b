USE CATALOG IDENTIFIER(:catalog);

CREATE OR REPLACE FUNCTION security.mask_email(email STRING COMMENT 'Address to hide')
RETURNS STRING
LANGUAGE SQL
COMMENT 'The address for those who may see it, else only its domain'
RETURN CASE
  WHEN is_account_group_member('pii-readers') THEN email
  ELSE regexp_replace(email, '^[^@]+', '***')
END;
