-- What older Supabase projects do on top of the bootstrap: every new object of `postgres` in
-- `public` is granted to the client roles at once. (Projects made since 30 October 2026 do not.)
-- The policies and the explicit revokes have to hold on both.

alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
