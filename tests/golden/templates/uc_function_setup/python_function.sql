CREATE OR REPLACE FUNCTION main.security.mask_email(email STRING COMMENT 'Address to hide')
RETURNS STRING
LANGUAGE PYTHON
COMMENT 'The address for those who may see it, else only its domain'
AS $$
import re
return re.sub(r"^[^@]+", "***", email) if email else None
$$;
