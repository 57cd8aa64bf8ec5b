-- People, workspaces, roles and invitations.
--
-- Runs unchanged in embedded mode and on Supabase, as the role `postgres`, which is no superuser
-- and may not create anything in schema `auth`; helpers therefore live in `private`.
-- Refusals that a person can mend are raised with SQLSTATE `LWnnn`, where nnn is the HTTP status;
-- message and hint are problem and remedy, and the record functions pass both on.

create type public.workspace_role as enum ('viewer', 'editor', 'admin'); -- weakest first, so that >= works

create schema private; -- never among the schemas that the Data API exposes
revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role;

-- The login role of the API. It inherits nothing: without `set role` it can read no table.
-- Its password is set outside of migrations.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'app_api') then
    create role app_api login noinherit;
  end if;
  if not (pg_has_role('app_api', 'anon', 'member')
          and pg_has_role('app_api', 'authenticated', 'member')
          and pg_has_role('app_api', 'service_role', 'member')) then
    grant anon, authenticated, service_role to app_api;
  end if;
end $$;
grant usage on schema private to app_api;


-- ---- tables

create table public.users (
  id uuid primary key references auth.users on delete cascade,
  email text not null,
  display_name text not null default '' check (length(display_name) <= 200 and display_name !~ '[[:cntrl:]]'),
  created_at timestamptz not null default now(),
  last_login timestamptz
);
comment on table public.users is 'Mirror of auth.users, kept by a trigger: what co-members may know of a person.';

create table public.workspaces (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(btrim(name)) between 1 and 200 and name !~ '[[:cntrl:]]'),
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,78}[a-z0-9])?$'),
  owner_id uuid references public.users on delete set null,
  github_repo text,
  github_branch text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  archived_at timestamptz
);
create index workspaces_owner on public.workspaces (owner_id);
comment on column public.workspaces.github_repo is 'Copied from public.repositories by a trigger.';
comment on column public.workspaces.archived_at is 'An archived workspace can be read and restored, not changed.';

create table public.workspace_members (
  workspace_id uuid not null references public.workspaces on delete cascade,
  user_id uuid not null references public.users on delete cascade,
  role public.workspace_role not null default 'viewer',
  joined_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index workspace_members_user on public.workspace_members (user_id, workspace_id) include (role);

create table public.user_preferences (
  user_id uuid primary key references public.users on delete cascade,
  workspace_id uuid references public.workspaces on delete set null,
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  default_template_language text not null default 'sql' check (default_template_language in ('sql', 'python', 'scala')),
  preferences_json jsonb not null default '{}'
    check (jsonb_typeof(preferences_json) = 'object' and octet_length(preferences_json::text) <= 65536),
  updated_at timestamptz not null default now()
);
create index user_preferences_workspace on public.user_preferences (workspace_id);
comment on column public.user_preferences.workspace_id is 'The workspace that opens when the person signs in.';

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces on delete cascade,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  role public.workspace_role not null,
  email text check (length(email) between 3 and 320),
  invited_by uuid default auth.uid() references public.users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at <= created_at + interval '90 days'),
  revoked_at timestamptz,
  accepted_at timestamptz,
  accepted_by uuid references public.users on delete set null
);
create index invitations_workspace on public.invitations (workspace_id, created_at desc, id desc);
create index invitations_invited_by on public.invitations (invited_by);
create index invitations_accepted_by on public.invitations (accepted_by);
comment on column public.invitations.token_hash is 'SHA-256 of the token in the link; the token itself is stored nowhere.';
comment on column public.invitations.email is 'When set, only a person with this verified address may accept.';


-- ---- helpers for policies
-- SECURITY DEFINER, because a policy on workspace_members that reads workspace_members recurses
-- (42P17). Set-returning and used as `= any (array(select ...))`: once per statement, then an
-- index scan; the same test as a function per row is a thousand times slower.

create function private.my_workspaces(min_role public.workspace_role default 'viewer')
  returns setof uuid language sql stable security definer set search_path = '' rows 10 as $$
  select m.workspace_id from public.workspace_members m
  where m.user_id = (select auth.uid()) and m.role >= min_role
$$;
comment on function private.my_workspaces is 'Workspaces in which the caller has at least this role.';

create function private.my_open_workspaces(min_role public.workspace_role)
  returns setof uuid language sql stable security definer set search_path = '' rows 10 as $$
  select m.workspace_id from public.workspace_members m
  join public.workspaces w on w.id = m.workspace_id
  where m.user_id = (select auth.uid()) and m.role >= min_role and w.archived_at is null
$$;
comment on function private.my_open_workspaces is 'The same without archived workspaces: for everything that changes something.';

create function private.my_people(min_role public.workspace_role default 'viewer')
  returns setof uuid language sql stable security definer set search_path = '' rows 50 as $$
  select distinct other.user_id from public.workspace_members mine
  join public.workspace_members other on other.workspace_id = mine.workspace_id
  where mine.user_id = (select auth.uid()) and mine.role >= min_role
$$;
comment on function private.my_people is 'Members of the workspaces in which the caller has at least this role.';


-- ---- updated_at is a row's version: a later save is told about an earlier one by it

create function private.touch() returns trigger language plpgsql set search_path = '' as $$
begin
  -- Two saves within the clock's grain still differ.
  new.updated_at := greatest(clock_timestamp(), case when tg_op = 'UPDATE' then old.updated_at + interval '1 microsecond' end);
  return new;
end $$;
create trigger touch before update on public.workspaces for each row execute function private.touch();
create trigger touch before update on public.user_preferences for each row execute function private.touch();


-- ---- people come from auth.users

create function private.slug_of(name text) returns text
  language sql immutable set search_path = '' as $$
  select coalesce(nullif(btrim(left(
    regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'), 60), '-'), ''), 'workspace')
$$;

create function private.insert_workspace(name text, owner uuid) returns uuid
  language plpgsql security definer set search_path = '' as $$
declare
  wanted text := private.slug_of(insert_workspace.name);
  made uuid;
begin
  insert into public.workspaces (name, slug, owner_id) values (insert_workspace.name, wanted, owner)
    on conflict (slug) do nothing returning id into made;
  if made is null then
    -- A suffix that cannot be guessed tells nobody which names other people use.
    insert into public.workspaces (name, slug, owner_id)
      values (insert_workspace.name, wanted || '-' || left(replace(gen_random_uuid()::text, '-', ''), 12), owner)
      returning id into made;
  end if;
  insert into public.workspace_members (workspace_id, user_id, role) values (made, owner, 'admin');
  return made;
end $$;

create function private.mirror_user() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  given jsonb := to_jsonb(new); -- columns differ a little between versions of Supabase Auth
  called text := left(regexp_replace(coalesce(
    given #>> '{raw_user_meta_data,display_name}', given #>> '{raw_user_meta_data,full_name}',
    given #>> '{raw_user_meta_data,name}', ''), '[[:cntrl:]]', ' ', 'g'), 200);
begin
  insert into public.users as u (id, email, display_name, created_at, last_login)
    values (new.id, coalesce(new.email, ''), called,
            coalesce((given ->> 'created_at')::timestamptz, now()), (given ->> 'last_sign_in_at')::timestamptz)
    on conflict (id) do update set
      email = excluded.email,
      last_login = excluded.last_login,
      display_name = case when u.display_name = '' then excluded.display_name else u.display_name end
    where (u.email, u.last_login) is distinct from (excluded.email, excluded.last_login)
       or (u.display_name = '' and excluded.display_name <> '');
  -- The first person whose address is confirmed owns the first workspace. The lock makes "first"
  -- mean one person when two confirm at once.
  if given ->> 'email_confirmed_at' is not null and not exists (select from public.workspaces) then
    perform pg_advisory_xact_lock(hashtextextended('lakewright first workspace', 0));
    if not exists (select from public.workspaces) then
      perform private.insert_workspace('My workspace', new.id);
    end if;
  end if;
  return null;
end $$;
create trigger lakewright_mirror_user after insert or update on auth.users
  for each row execute function private.mirror_user();

-- A project may have had people before it had this schema.
insert into public.users (id, email, created_at)
  select id, coalesce(email, ''), coalesce(created_at, now()) from auth.users;


-- ---- what row-level security cannot express

create function private.create_workspace(name text) returns uuid
  language plpgsql security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
begin
  if me is null then
    raise exception using errcode = 'LW401', message = 'Only a person who is signed in can create a workspace.',
      hint = 'Sign in and try again.';
  end if;
  -- Serialises one person's creations, so that the limit holds for simultaneous ones.
  perform 1 from public.users u where u.id = me for no key update;
  if (select count(*) from public.workspaces w where w.owner_id = me) >= 200 then
    raise exception using errcode = 'LW409', message = 'You own 200 workspaces already.',
      hint = 'Transfer one to somebody else.';
  end if;
  return private.insert_workspace(create_workspace.name, me);
end $$;

create function private.transfer_workspace(workspace uuid, new_owner uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
  held public.workspaces;
begin
  select w.* into held from public.workspaces w
    where w.id = workspace and w.id = any (array(select private.my_workspaces())) for no key update;
  if not found then
    raise exception using errcode = 'LW404', message = 'There is no such workspace.',
      hint = 'Choose one of your workspaces.';
  end if;
  -- Read again after the lock: a role may have changed while we waited.
  if held.owner_id is distinct from me and not (
      held.owner_id is null and workspace = any (array(select private.my_workspaces('admin')))) then
    raise exception using errcode = 'LW403', message = 'Only the owner can transfer a workspace.',
      hint = 'Ask the owner to do it.';
  end if;
  update public.workspace_members m set role = 'admin'
    where m.workspace_id = workspace and m.user_id = new_owner;
  if not found then
    raise exception using errcode = 'LW409', message = 'The new owner is not a member of this workspace.',
      hint = 'Invite the person first.';
  end if;
  update public.workspaces w set owner_id = new_owner where w.id = workspace;
end $$;

create function private.open_invitation(hash bytea)
  returns table (id uuid, workspace_id uuid, workspace_name text, role public.workspace_role, email text, expires_at timestamptz)
  language sql stable security definer set search_path = '' as $$
  select i.id, i.workspace_id, w.name, i.role, i.email, i.expires_at
  from public.invitations i join public.workspaces w on w.id = i.workspace_id
  where i.token_hash = hash and i.revoked_at is null and i.accepted_at is null
    and i.expires_at > now() and w.archived_at is null
$$;
comment on function private.open_invitation is 'What the holder of a link may see before signing up or accepting.';

create function private.accept_invitation(hash bytea)
  returns table (workspace_id uuid, role public.workspace_role)
  language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  me uuid := auth.uid();
  found_one public.invitations;
  my_address text;
begin
  if me is null then
    raise exception using errcode = 'LW401', message = 'Only a person who is signed in can accept an invitation.',
      hint = 'Sign in or sign up, then open the link again.';
  end if;
  select i.* into found_one from public.invitations i where i.token_hash = hash for update;
  if not found then
    raise exception using errcode = 'LW404', message = 'There is no such invitation.',
      hint = 'Ask an admin of the workspace for a new link.';
  end if;
  if found_one.accepted_at is not null then
    if found_one.accepted_by = me then -- the same person again: a second click, or a retry
      return query select m.workspace_id, m.role from public.workspace_members m
        where m.workspace_id = found_one.workspace_id and m.user_id = me;
      if found then
        return;
      end if;
    end if;
    raise exception using errcode = 'LW410', message = 'This invitation was used already.',
      hint = 'Ask an admin of the workspace for a new link.';
  end if;
  if found_one.revoked_at is not null or found_one.expires_at <= clock_timestamp() then
    raise exception using errcode = 'LW410', message = 'This invitation is no longer valid.',
      hint = 'Ask an admin of the workspace for a new link.';
  end if;
  if exists (select from public.workspaces w where w.id = found_one.workspace_id and w.archived_at is not null) then
    raise exception using errcode = 'LW409', message = 'This workspace is archived.',
      hint = 'Ask an admin to restore it.';
  end if;
  if found_one.email is not null then
    select a.email into my_address from auth.users a where a.id = me and a.email_confirmed_at is not null;
    if lower(my_address) is distinct from lower(found_one.email) then
      raise exception using errcode = 'LW403', message = 'This invitation is for another e-mail address.',
        hint = 'Sign in with the address that was invited, and confirm it.';
    end if;
  end if;
  update public.invitations i set accepted_at = clock_timestamp(), accepted_by = me where i.id = found_one.id;
  -- Somebody who is a member already never loses rights by accepting.
  return query insert into public.workspace_members as m (workspace_id, user_id, role)
    values (found_one.workspace_id, me, found_one.role)
    on conflict (workspace_id, user_id) do update set role = greatest(m.role, excluded.role)
    returning m.workspace_id, m.role;
end $$;


-- ---- a workspace always has an admin, and its owner is one

create function private.keep_an_admin() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  held public.workspaces;
  account_is_gone boolean;
begin
  if old.role <> 'admin' or (tg_op = 'UPDATE' and new.role = 'admin') then
    return coalesce(new, old);
  end if;
  -- The lock puts simultaneous demotions in a row; each later statement here sees what the
  -- earlier ones committed (read committed takes a new snapshot for each statement).
  select w.* into held from public.workspaces w where w.id = old.workspace_id for no key update;
  if not found then -- the workspace itself is being deleted
    return coalesce(new, old);
  end if;
  account_is_gone := tg_op = 'DELETE' and not exists (select from public.users u where u.id = old.user_id);
  if account_is_gone and not exists (select from public.workspace_members m
      where m.workspace_id = old.workspace_id and m.user_id <> old.user_id) then
    return old; -- nobody is left behind
  end if;
  if held.owner_id = old.user_id and not account_is_gone then
    raise exception using errcode = 'LW409', message = 'The owner of a workspace stays its admin.',
      hint = 'Transfer the workspace to another member first.';
  end if;
  if not exists (select from public.workspace_members m
      where m.workspace_id = old.workspace_id and m.user_id <> old.user_id and m.role = 'admin') then
    raise exception using errcode = 'LW409', message = 'A workspace needs at least one admin.',
      hint = 'Make another member an admin first.';
  end if;
  return coalesce(new, old);
end $$;
create trigger keep_an_admin before update or delete on public.workspace_members
  for each row execute function private.keep_an_admin();

create function private.forget_default_workspace() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.user_preferences p set workspace_id = null
    where p.user_id = old.user_id and p.workspace_id = old.workspace_id;
  return null;
end $$;
create trigger forget_default_workspace after delete on public.workspace_members
  for each row execute function private.forget_default_workspace();


-- ---- row-level security

alter table public.users enable row level security;
alter table public.users force row level security;
alter table public.workspaces enable row level security;
alter table public.workspaces force row level security;
alter table public.workspace_members enable row level security;
alter table public.workspace_members force row level security;
alter table public.user_preferences enable row level security;
alter table public.user_preferences force row level security;
alter table public.invitations enable row level security;
alter table public.invitations force row level security;

create policy users_select on public.users for select to authenticated
  using (id = (select auth.uid()) or id = any (array(select private.my_people())));
create policy users_update on public.users for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

create policy workspaces_select on public.workspaces for select to authenticated
  using (id = any (array(select private.my_workspaces())));
-- Not my_open_workspaces: an admin must be able to restore an archived workspace.
create policy workspaces_update on public.workspaces for update to authenticated
  using (id = any (array(select private.my_workspaces('admin'))))
  with check (id = any (array(select private.my_workspaces('admin'))));

create policy workspace_members_select on public.workspace_members for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy workspace_members_update on public.workspace_members for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('admin'))));
create policy workspace_members_delete on public.workspace_members for delete to authenticated
  using (user_id = (select auth.uid()) or workspace_id = any (array(select private.my_open_workspaces('admin'))));

create policy user_preferences_own on public.user_preferences for all to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid())
    and (workspace_id is null or workspace_id = any (array(select private.my_workspaces()))));

create policy invitations_select on public.invitations for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces('admin'))));
create policy invitations_insert on public.invitations for insert to authenticated
  with check (invited_by = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('admin'))));
create policy invitations_update on public.invitations for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('admin'))));


-- ---- grants: explicit, whatever a project's default privileges say

revoke all on public.users, public.workspaces, public.workspace_members, public.user_preferences, public.invitations
  from public, anon, authenticated, service_role;
grant select, update (display_name) on public.users to authenticated;
grant select, update (name, archived_at) on public.workspaces to authenticated;
grant select, update (role), delete on public.workspace_members to authenticated;
grant select, delete, insert (user_id, workspace_id, theme, default_template_language, preferences_json),
  update (workspace_id, theme, default_template_language, preferences_json) on public.user_preferences to authenticated;
grant select (id, workspace_id, role, email, invited_by, created_at, expires_at, revoked_at, accepted_at, accepted_by),
  insert (id, workspace_id, token_hash, role, email, invited_by, expires_at), update (revoked_at)
  on public.invitations to authenticated;
grant select, insert, update, delete
  on public.users, public.workspaces, public.workspace_members, public.user_preferences, public.invitations
  to service_role;

revoke all on all functions in schema private from public;
grant execute on function private.my_workspaces(public.workspace_role),
  private.my_open_workspaces(public.workspace_role), private.my_people(public.workspace_role)
  to authenticated, service_role;
grant execute on function private.create_workspace(text), private.transfer_workspace(uuid, uuid),
  private.accept_invitation(bytea) to authenticated;
grant execute on function private.open_invitation(bytea) to anon, authenticated, service_role;
