CREATE OR REPLACE FUNCTION main.security.mask_text(value STRING)
RETURNS STRING
COMMENT 'Shows the beginning of a text and hides the rest'
RETURN CASE WHEN value IS NULL THEN NULL ELSE concat(left(value, 2), '***') END;

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

CREATE OR REPLACE POLICY own_region_only
ON SCHEMA main.sales
COMMENT 'Filters rows by the column with the tag region'
ROW FILTER main.security.may_see_region
TO `account users`
EXCEPT `privacy-officers`
FOR TABLES
MATCH COLUMNS has_tag('region') AS deciding
USING COLUMNS (deciding);
