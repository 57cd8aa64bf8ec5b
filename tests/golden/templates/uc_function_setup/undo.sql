-- Take it off masked columns and filtered tables first: they cannot be read without it.
DROP FUNCTION IF EXISTS main.security.mask_email;
