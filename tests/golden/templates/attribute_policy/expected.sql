-- Tables that are made later fall under the policy as soon as their columns carry the tag.
CREATE OR REPLACE POLICY mask_contact_data
ON SCHEMA main.sales
COMMENT 'Masks columns with the tag pii'
COLUMN MASK main.security.mask_text
TO `account users`
EXCEPT `privacy-officers`
FOR TABLES
MATCH COLUMNS has_tag_value('pii', 'email') AS protected
ON COLUMN protected;
