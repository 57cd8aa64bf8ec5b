-- What people work on: configurations, connections, drafts, generations, jobs and events.

create type public.configuration_type as enum ('connection', 'cluster', 'job');
create type public.configuration_scope as enum ('workspace', 'model', 'recipe', 'target'); -- a later one overrides
create type public.generation_status as enum ('draft', 'generated', 'deployed', 'failed');
create type public.document_kind as enum ('model', 'template', 'recipe');
create type public.repository_kind as enum ('local', 'github');
create type public.job_status as enum ('queued', 'running', 'succeeded', 'failed', 'cancelled');


-- ---- tables

create table public.configurations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 200 and name !~ '[[:cntrl:]]'),
  type public.configuration_type not null,
  config_json jsonb not null default '{}'
    check (jsonb_typeof(config_json) = 'object' and octet_length(config_json::text) <= 262144),
  is_active boolean not null default true,
  scope public.configuration_scope not null default 'workspace',
  scope_ref text not null default '' check (length(scope_ref) <= 400),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((scope = 'workspace') = (scope_ref = '')),
  unique (workspace_id, type, name, scope, scope_ref)
);
create index configurations_listing on public.configurations (workspace_id, name, id);
comment on column public.configurations.scope_ref is 'Id of the model or recipe, or name of the bundle target; empty for the workspace.';
comment on column public.configurations.is_active is 'An inactive configuration overrides nothing and applies nowhere.';

create table public.databricks_connections (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 200 and name !~ '[[:cntrl:]]'),
  host text not null check (length(host) between 1 and 400 and host !~ '[[:cntrl:][:space:]]'),
  token_encrypted text check (length(token_encrypted) <= 20000),
  workspace_id_databricks text check (length(workspace_id_databricks) <= 100),
  is_default boolean not null default false,
  auth_type text not null default 'token' check (auth_type ~ '^[a-z][a-z0-9_-]{0,49}$'),
  cloud text not null default '' check (cloud in ('', 'aws', 'azure', 'gcp')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  has_token boolean generated always as (token_encrypted is not null) stored,
  unique (workspace_id, name)
);
create index databricks_connections_listing on public.databricks_connections (workspace_id, name, id);
create unique index databricks_connections_default on public.databricks_connections (workspace_id) where is_default;
comment on column public.databricks_connections.token_encrypted is 'Sealed with a key the database does not have; no client role may read it.';

create table public.script_generations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces on delete cascade,
  user_id uuid default auth.uid() references public.users on delete set null,
  model_id text check (length(model_id) <= 400),
  recipe text check (length(recipe) <= 400),
  template_ids text[] not null default '{}',
  variables_json jsonb not null default '{}'
    check (jsonb_typeof(variables_json) = 'object' and octet_length(variables_json::text) <= 1048576),
  generated_script text,
  files_json jsonb not null default '[]' check (jsonb_typeof(files_json) = 'array'),
  diagnostics_json jsonb not null default '[]' check (jsonb_typeof(diagnostics_json) = 'array'),
  status public.generation_status not null default 'draft',
  created_at timestamptz not null default now()
);
create index script_generations_listing on public.script_generations (workspace_id, created_at desc, id desc);
create index script_generations_user on public.script_generations (user_id);

create table public.drafts (
  workspace_id uuid not null references public.workspaces on delete cascade,
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  kind public.document_kind not null,
  path text not null check (length(path) between 1 and 400),
  base_version text check (length(base_version) <= 200),
  text text not null check (octet_length(text) <= 10485760),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, user_id, kind, path)
);
create index drafts_listing on public.drafts (user_id, workspace_id, updated_at desc);
comment on column public.drafts.base_version is 'Version of the document the draft began from; null for a new document.';

create table public.repositories (
  workspace_id uuid primary key references public.workspaces on delete cascade,
  kind public.repository_kind not null default 'local',
  location text not null check (length(location) between 1 and 400 and location !~ '[[:cntrl:]]'),
  branch text not null default 'main' check (length(branch) between 1 and 250 and branch !~ '[[:cntrl:][:space:]]'),
  updated_at timestamptz not null default now()
);
comment on column public.repositories.location is 'owner/name on GitHub; the folder''s name below the data folder for a local one.';

create table public.events (
  id bigint primary key,
  workspace_id uuid not null references public.workspaces on delete cascade,
  kind text not null check (kind ~ '^[a-z][a-z0-9._-]{0,79}$'),
  payload jsonb not null default '{}' check (octet_length(payload::text) <= 16384),
  created_at timestamptz not null default clock_timestamp()
);
create index events_listing on public.events (workspace_id, id);
create index events_age on public.events (created_at);
comment on column public.events.id is 'Rises with commit order inside a workspace, so a reader may continue after the last id it saw.';

create table public.idempotency_keys (
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  key text not null check (length(key) between 1 and 200),
  workspace_id uuid references public.workspaces on delete cascade,
  operation text not null check (length(operation) <= 200),
  request_hash text not null check (length(request_hash) <= 128),
  response_status integer check (response_status between 100 and 599),
  response_json jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_workspace on public.idempotency_keys (workspace_id);
create index idempotency_keys_age on public.idempotency_keys (created_at);
comment on column public.idempotency_keys.response_status is 'Null while the first request is still being answered.';

create table public.background_jobs (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces on delete cascade,
  user_id uuid default auth.uid() references public.users on delete set null,
  kind text not null check (kind ~ '^[a-z][a-z0-9._-]{0,79}$'),
  request_json jsonb not null default '{}' check (octet_length(request_json::text) <= 1048576),
  status public.job_status not null default 'queued',
  progress_done integer not null default 0,
  progress_total integer not null default 0,
  progress_text text not null default '',
  result_json jsonb,
  error_json jsonb,
  cancel_requested boolean not null default false,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index background_jobs_listing on public.background_jobs (workspace_id, created_at desc, id desc);
create index background_jobs_user on public.background_jobs (user_id);
create index background_jobs_unfinished on public.background_jobs (created_at) where status in ('queued', 'running');


-- ---- which value holds, and where it came from
-- Merged key by key at the top level of config_json: target over recipe over model over workspace.

create view public.effective_configurations with (security_invoker = true) as
  with places as (
    select distinct workspace_id, scope, scope_ref from public.configurations where is_active
  )
  select distinct on (p.workspace_id, p.scope, p.scope_ref, c.type, c.name, entry.key)
    p.workspace_id, p.scope, p.scope_ref, c.type, c.name, entry.key, entry.value,
    c.id as from_configuration, c.scope as from_scope, c.scope_ref as from_scope_ref
  from places p
  join public.configurations c
    on c.workspace_id = p.workspace_id and c.is_active
    and (c.scope = 'workspace' or (c.scope, c.scope_ref) = (p.scope, p.scope_ref))
  cross join lateral jsonb_each(c.config_json) entry
  order by p.workspace_id, p.scope, p.scope_ref, c.type, c.name, entry.key, c.scope desc;
comment on view public.effective_configurations is
  'For every place with a configuration of its own: each value that holds there, and the configuration it came from.';

create function private.effective_configurations_at(workspace uuid, model text, recipe text, target text)
  returns table (type public.configuration_type, name text, key text, value jsonb, from_configuration uuid,
                 from_scope public.configuration_scope, from_scope_ref text)
  language sql stable set search_path = '' as $$
  select distinct on (c.type, c.name, entry.key)
    c.type, c.name, entry.key, entry.value, c.id, c.scope, c.scope_ref
  from public.configurations c
  cross join lateral jsonb_each(c.config_json) entry
  where c.workspace_id = workspace and c.is_active
    and case c.scope when 'workspace' then true when 'model' then c.scope_ref = model
        when 'recipe' then c.scope_ref = recipe else c.scope_ref = target end
  order by c.type, c.name, entry.key, c.scope desc
$$;
comment on function private.effective_configurations_at is
  'The same for one model generated with one recipe for one target. Runs with the caller''s rights.';


-- ---- keepers

create trigger touch before update on public.configurations for each row execute function private.touch();
create trigger touch before update on public.databricks_connections for each row execute function private.touch();
create trigger touch before update on public.repositories for each row execute function private.touch();
create trigger touch before update on public.drafts for each row execute function private.touch();

create function private.drop_token_of_other_host() returns trigger language plpgsql set search_path = '' as $$
begin
  -- Else an admin could send a token that somebody else entered to a host of their own.
  if new.token_encrypted is not distinct from old.token_encrypted then
    new.token_encrypted := null;
  end if;
  return new;
end $$;
create trigger drop_token_of_other_host before update on public.databricks_connections
  for each row when (new.host is distinct from old.host) execute function private.drop_token_of_other_host();

create function private.stay_in_workspace() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.workspace_id is distinct from old.workspace_id then
    raise exception using errcode = 'LW409', message = 'A record cannot move to another workspace.',
      hint = 'Create it there and delete it here.';
  end if;
  return new;
end $$;
do $$
declare
  name text;
begin
  -- A person who edits in two workspaces could otherwise carry a sealed token across.
  foreach name in array array['configurations', 'databricks_connections', 'script_generations', 'repositories', 'background_jobs'] loop
    execute format('create trigger stay_in_workspace before update of workspace_id on public.%I
                    for each row execute function private.stay_in_workspace()', name);
  end loop;
end $$;

create function private.copy_repository() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  on_github boolean := tg_op <> 'DELETE' and new.kind = 'github';
begin
  update public.workspaces w
    set github_repo = case when on_github then new.location end,
        github_branch = case when on_github then new.branch end
    where w.id = coalesce(new.workspace_id, old.workspace_id);
  return null;
end $$;
create trigger copy_repository after insert or update or delete on public.repositories
  for each row execute function private.copy_repository();


-- ---- events

create sequence private.event_ids;

create function private.number_event() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- Numbers are drawn under a lock that lasts until commit. With a plain serial, a number can
  -- become visible after a higher one, and a reader that continues after the higher never sees it.
  perform pg_advisory_xact_lock(hashtextextended('lakewright events ' || new.workspace_id, 0));
  new.id := nextval('private.event_ids');
  new.created_at := clock_timestamp();
  return new;
end $$;
create trigger number_event before insert on public.events for each row execute function private.number_event();

create function private.announce_event() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- A hint only: listeners read the table, as row-level security lets them.
  perform pg_notify('lakewright_events', json_build_object('workspace_id', new.workspace_id, 'id', new.id)::text);
  return null;
end $$;
create trigger announce_event after insert on public.events for each row execute function private.announce_event();

-- What follows is deferred: events of changes are numbered as the transaction commits. A change
-- that is long in the making does not hold the lock above meanwhile, and the lock is always the
-- last that a transaction takes, so no two wait for each other.
create function private.tell_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  changed jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  workspace uuid := case when tg_table_name = 'workspaces' then changed ->> 'id' else changed ->> 'workspace_id' end;
begin
  if not exists (select from public.workspaces w where w.id = workspace) then
    return null; -- the whole workspace is gone
  end if;
  insert into public.events (workspace_id, kind, payload) values (workspace, 'changed', jsonb_strip_nulls(
    jsonb_build_object('table', tg_table_name, 'operation', lower(tg_op),
                       'id', changed ->> 'id', 'user_id', case when tg_table_name = 'workspace_members' then changed ->> 'user_id' end)));
  return null;
end $$;
do $$
declare
  name text;
begin
  foreach name in array array['workspaces', 'workspace_members', 'configurations', 'databricks_connections', 'script_generations', 'repositories'] loop
    execute format('create constraint trigger tell_change after insert or update or delete on public.%I
                    deferrable initially deferred for each row execute function private.tell_change()', name);
  end loop;
end $$;

create function private.tell_job() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.workspaces w where w.id = new.workspace_id) then
    return null;
  end if;
  insert into public.events (workspace_id, kind, payload) values (new.workspace_id, 'job', jsonb_build_object(
    'id', new.id, 'kind', new.kind, 'status', new.status, 'done', new.progress_done, 'total', new.progress_total,
    'text', left(new.progress_text, 1000), 'cancel_requested', new.cancel_requested));
  return null;
end $$;
create constraint trigger tell_job_made after insert on public.background_jobs
  deferrable initially deferred for each row execute function private.tell_job();
create constraint trigger tell_job after update on public.background_jobs
  deferrable initially deferred for each row
  when ((old.status, old.progress_done, old.progress_total, old.progress_text, old.cancel_requested)
        is distinct from (new.status, new.progress_done, new.progress_total, new.progress_text, new.cancel_requested))
  execute function private.tell_job();


-- ---- row-level security

do $$
declare
  name text;
begin
  foreach name in array array['configurations', 'databricks_connections', 'script_generations', 'drafts', 'repositories',
                              'events', 'idempotency_keys', 'background_jobs'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
  end loop;
end $$;

create policy configurations_select on public.configurations for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy configurations_insert on public.configurations for insert to authenticated
  with check (workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy configurations_update on public.configurations for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('editor'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy configurations_delete on public.configurations for delete to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('editor'))));

create policy databricks_connections_select on public.databricks_connections for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy databricks_connections_insert on public.databricks_connections for insert to authenticated
  with check (workspace_id = any (array(select private.my_open_workspaces('admin'))));
create policy databricks_connections_update on public.databricks_connections for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('admin'))));
create policy databricks_connections_delete on public.databricks_connections for delete to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))));

create policy script_generations_select on public.script_generations for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy script_generations_insert on public.script_generations for insert to authenticated
  with check (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy script_generations_update on public.script_generations for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('editor'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy script_generations_delete on public.script_generations for delete to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))));

-- A person who was made a viewer still reads and discards what they had half written.
create policy drafts_select on public.drafts for select to authenticated
  using (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_workspaces())));
create policy drafts_insert on public.drafts for insert to authenticated
  with check (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy drafts_update on public.drafts for update to authenticated
  using (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('editor'))))
  with check (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy drafts_delete on public.drafts for delete to authenticated
  using (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_workspaces())));

create policy repositories_select on public.repositories for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy repositories_insert on public.repositories for insert to authenticated
  with check (workspace_id = any (array(select private.my_open_workspaces('admin'))));
create policy repositories_update on public.repositories for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('admin'))));
create policy repositories_delete on public.repositories for delete to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('admin'))));

create policy events_select on public.events for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy events_insert on public.events for insert to authenticated
  with check (workspace_id = any (array(select private.my_open_workspaces('editor'))));

create policy idempotency_keys_own on public.idempotency_keys for all to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid())
    and (workspace_id is null or workspace_id = any (array(select private.my_workspaces()))));

create policy background_jobs_select on public.background_jobs for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy background_jobs_insert on public.background_jobs for insert to authenticated
  with check (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('editor'))));
create policy background_jobs_update on public.background_jobs for update to authenticated
  using (workspace_id = any (array(select private.my_open_workspaces('editor'))))
  with check (workspace_id = any (array(select private.my_open_workspaces('editor'))));


-- ---- grants

revoke all on public.configurations, public.effective_configurations, public.databricks_connections,
  public.script_generations, public.drafts, public.repositories, public.events, public.idempotency_keys,
  public.background_jobs from public, anon, authenticated, service_role;
grant select, delete, insert (id, workspace_id, name, type, config_json, is_active, scope, scope_ref),
  update (name, type, config_json, is_active, scope, scope_ref) on public.configurations to authenticated;
grant select on public.effective_configurations to authenticated;
grant select (id, workspace_id, name, host, workspace_id_databricks, is_default, auth_type, cloud, created_at, updated_at, has_token),
  insert (id, workspace_id, name, host, token_encrypted, workspace_id_databricks, is_default, auth_type, cloud),
  update (name, host, token_encrypted, workspace_id_databricks, is_default, auth_type, cloud), delete
  on public.databricks_connections to authenticated; -- every column can be read but token_encrypted
grant select, delete,
  insert (id, workspace_id, user_id, model_id, recipe, template_ids, variables_json, generated_script, files_json, diagnostics_json, status),
  update (generated_script, files_json, diagnostics_json, status) on public.script_generations to authenticated;
grant select, delete, insert (workspace_id, user_id, kind, path, base_version, text),
  update (base_version, text) on public.drafts to authenticated;
grant select, delete, insert (workspace_id, kind, location, branch), update (kind, location, branch)
  on public.repositories to authenticated;
grant select, insert (workspace_id, kind, payload) on public.events to authenticated;
grant select, insert, delete, update (response_status, response_json) on public.idempotency_keys to authenticated;
grant select, insert (id, workspace_id, user_id, kind, request_json), update (cancel_requested)
  on public.background_jobs to authenticated;
grant select, insert, update, delete on public.configurations, public.databricks_connections, public.script_generations,
  public.drafts, public.repositories, public.events, public.idempotency_keys, public.background_jobs to service_role;
grant select on public.effective_configurations to service_role;

revoke all on all functions in schema private from public;
revoke all on sequence private.event_ids from public;
grant execute on function private.effective_configurations_at(uuid, text, text, text) to authenticated, service_role;
