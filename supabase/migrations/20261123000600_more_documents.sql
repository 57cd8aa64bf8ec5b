-- Drafts of configuration files and macro files.

alter type public.document_kind add value if not exists 'configuration';
alter type public.document_kind add value if not exists 'macro';
