-- The audit log: who did what, where and when. Append-only for everybody.

create table private.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor uuid,
  actor_role text not null,
  request_id text not null default '',
  workspace_id uuid,
  operation text not null,
  record_id text not null default '',
  before jsonb,
  after jsonb,
  details jsonb
);
create index audit_log_listing on private.audit_log (workspace_id, id desc);
create index audit_log_actor on private.audit_log (actor, id desc);
comment on table private.audit_log is
  'No foreign keys: a row outlives the person and the workspace it is about.';
comment on column private.audit_log.operation is '`table.verb` for changed rows; the operation''s id for everything else.';
comment on column private.audit_log.before is 'For an update: the changed columns only.';


-- ---- what may be written down

create function private.digest_of(given text) returns jsonb
  language sql immutable set search_path = '' as $$
  select jsonb_build_object('sha256', encode(sha256(convert_to(given, 'UTF8')), 'hex'), 'characters', length(given))
$$;

create function private.redacted(given jsonb, depth integer default 0) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  case jsonb_typeof(given)
    when 'object' then
      if depth >= 12 then
        return '"[too deep]"';
      end if;
      return (select coalesce(jsonb_object_agg(entry.key, case
          when jsonb_typeof(entry.value) = 'null' then entry.value
          -- Over-redacting costs a reader a word; under-redacting costs a secret.
          when entry.key ~* '(token|secret|password|passwd|passphrase|credential|private.?key|access.?key|api.?key|authorization|sas_?url|connection_?string)'
            then '"[redacted]"'
          -- A column with lists of thousands of files or findings. A text is looked at below.
          when depth = 0 and jsonb_typeof(entry.value) in ('object', 'array') and pg_column_size(entry.value) > 16000
            then private.digest_of(entry.value::text)
          else private.redacted(entry.value, depth + 1) end), '{}') from jsonb_each(given) entry);
    when 'array' then
      if depth >= 12 then
        return '"[too deep]"';
      end if;
      return (select coalesce(jsonb_agg(private.redacted(item.value, depth + 1) order by item.ordinality), '[]')
        from jsonb_array_elements(given) with ordinality item (value, ordinality));
    when 'string' then
      if length(given #>> '{}') > 1000 then -- scripts and the like: enough to tell whether it is the same text
        return private.digest_of(given #>> '{}');
      end if;
      return given;
    else
      return given;
  end case;
end $$;

create function private.acting_role() returns text language sql stable set search_path = '' as $$
  -- The setting, not current_user: inside SECURITY DEFINER the latter is the function's owner.
  -- Nor the role in the claims, which only says what a token says.
  select coalesce(nullif(current_setting('role', true), 'none'), session_user)
$$;

create function private.audit_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  now_is jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  subject jsonb := coalesce(now_is, was);
  kept_was jsonb := was;
  kept_now jsonb := now_is;
begin
  if tg_op = 'UPDATE' then
    -- Compared before redaction, so that a new token shows as a change.
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, now_is -> o.key) into kept_was, kept_now
      from jsonb_each(was) o where o.value is distinct from now_is -> o.key and o.key <> 'updated_at';
    if kept_was is null then
      return null;
    end if;
  end if;
  insert into private.audit_log (actor, actor_role, request_id, workspace_id, operation, record_id, before, after)
    values (auth.uid(), private.acting_role(), left(coalesce(current_setting('app.request_id', true), ''), 200),
            case when tg_table_name = 'workspaces' then subject ->> 'id' else subject ->> 'workspace_id' end::uuid,
            tg_table_name || '.' || lower(tg_op),
            -- A row without an id of its own belongs to a person, or to its workspace.
            coalesce(subject ->> 'id', subject ->> 'user_id', subject ->> 'workspace_id', ''),
            private.redacted(kept_was), private.redacted(kept_now));
  return null;
end $$;
do $$
declare
  name text;
begin
  -- Not: drafts and idempotency keys (a person's own, many a minute), events (they tell of what
  -- is here already), background_jobs (their progress; starting and cancelling are operations).
  foreach name in array array['users', 'workspaces', 'workspace_members', 'user_preferences', 'invitations', 'configurations',
                              'databricks_connections', 'script_generations', 'repositories'] loop
    execute format('create trigger audit_change after insert or update or delete on public.%I
                    for each row execute function private.audit_change()', name);
  end loop;
end $$;

create function private.audit_event(operation text, workspace uuid, record_id text, details jsonb, actor uuid default null)
  returns void language plpgsql security definer set search_path = '' as $$
declare
  acting text := private.acting_role();
  me uuid := auth.uid();
  trusted boolean := acting = 'service_role';
  kept jsonb := coalesce(details, '{}');
begin
  if not trusted and workspace is not null
      and workspace <> all (array(select private.my_workspaces())) then
    -- An outsider's refused attempt is worth a row, but not one in somebody else's log.
    kept := kept || jsonb_build_object('attempted_workspace', workspace);
    workspace := null;
  end if;
  insert into private.audit_log as a (actor, actor_role, request_id, workspace_id, operation, record_id, details)
    values (case when trusted then coalesce(audit_event.actor, me) else me end, acting,
            left(coalesce(current_setting('app.request_id', true), ''), 200), workspace, left(audit_event.operation, 200),
            left(coalesce(audit_event.record_id, ''), 400), nullif(private.redacted(kept), '{}'));
end $$;
comment on function private.audit_event is
  'Writes down what no trigger sees: sign-in, generation, downloads, calls to the outside, refusals. '
  'Only service_role may name another actor.';


-- ---- append-only, for the owner too

create function private.refuse_rewriting() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'LW403', message = 'The audit log cannot be changed.', hint = 'Add a new entry instead.';
end $$;
create trigger append_only before update or delete on private.audit_log
  for each row execute function private.refuse_rewriting();
create trigger append_only_truncate before truncate on private.audit_log
  for each statement execute function private.refuse_rewriting();

alter table private.audit_log enable row level security;
alter table private.audit_log force row level security;
-- Rows without a workspace (sign-in, profile) are for the person, and for the admins of a
-- workspace that the person is a member of.
create policy audit_log_select on private.audit_log for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces('admin')))
    or (workspace_id is null and (actor = (select auth.uid()) or actor = any (array(select private.my_people('admin'))))));

revoke all on private.audit_log from public, anon, authenticated, service_role;
grant select on private.audit_log to authenticated, service_role;
revoke all on all functions in schema private from public;
grant execute on function private.audit_event(text, uuid, text, jsonb, uuid) to authenticated, service_role;
