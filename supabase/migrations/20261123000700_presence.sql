-- Who has which document open. Unlogged: after a crash everybody reports again within seconds.

create unlogged table public.presence (
  workspace_id uuid not null references public.workspaces on delete cascade,
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  client_id text not null check (length(client_id) between 1 and 100),
  path text not null check (length(path) between 1 and 400),
  editing boolean not null default false,
  node text not null default '' check (length(node) <= 400),
  since timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (workspace_id, user_id, client_id)
);
create index presence_listing on public.presence (workspace_id, path);
create index presence_user on public.presence (user_id);
comment on column public.presence.client_id is 'One open window of a person; a window has one document open.';
comment on column public.presence.seen_at is 'Windows report every 15 seconds. What was not seen for 45 is gone.';

create function private.presence_seen() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  new.seen_at := now();
  new.since := case when tg_op = 'UPDATE' and new.path = old.path then old.since else now() end;
  return new;
end $$;
create trigger seen before insert or update on public.presence for each row execute function private.presence_seen();

-- A viewer may be present, and may not write events; this tells for them. Deferred as all events are.
create function private.tell_presence() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  told text;
begin
  for told in
    select distinct path from (
      select old.path where tg_op <> 'INSERT'
      union all select new.path where tg_op <> 'DELETE') as paths
  loop
    if tg_op = 'UPDATE' and old.path = new.path and old.editing = new.editing then
      continue; -- the same person in the same place
    end if;
    if exists (select from public.workspaces w where w.id = coalesce(new.workspace_id, old.workspace_id)) then
      insert into public.events (workspace_id, kind, payload)
        values (coalesce(new.workspace_id, old.workspace_id), 'presence', jsonb_build_object('path', told));
    end if;
  end loop;
  return null;
end $$;
create constraint trigger tell_presence after insert or update or delete on public.presence
  deferrable initially deferred for each row execute function private.tell_presence();

alter table public.presence enable row level security;
alter table public.presence force row level security;
create policy presence_select on public.presence for select to authenticated
  using (workspace_id = any (array(select private.my_workspaces())));
create policy presence_insert on public.presence for insert to authenticated
  with check (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('viewer'))));
create policy presence_update on public.presence for update to authenticated
  using (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('viewer'))))
  with check (user_id = (select auth.uid()) and workspace_id = any (array(select private.my_open_workspaces('viewer'))));
-- Anybody present tidies up after those who left without a word.
create policy presence_delete on public.presence for delete to authenticated
  using (workspace_id = any (array(select private.my_workspaces()))
    and (user_id = (select auth.uid()) or seen_at < now() - interval '45 seconds'));

revoke all on public.presence from public, anon, authenticated, service_role;
grant select, delete, insert (workspace_id, user_id, client_id, path, editing, node), update (path, editing, node)
  on public.presence to authenticated;
grant select, insert, update, delete on public.presence to service_role;
revoke all on function private.presence_seen(), private.tell_presence() from public;
