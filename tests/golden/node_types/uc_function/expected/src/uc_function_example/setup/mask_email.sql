-- Made by Lakewright from node 'mask_email' of model 'uc_function_example' with template 'uc_function_setup'.

CREATE OR REPLACE FUNCTION main.security.mask_email(email STRING COMMENT 'The address to hide')
RETURNS STRING
LANGUAGE SQL
COMMENT 'Hides addresses from most people'
RETURN CASE WHEN is_account_group_member('pii') THEN email ELSE '***' END;
