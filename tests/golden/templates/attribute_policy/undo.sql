DROP POLICY mask_contact_data ON SCHEMA main.sales;
