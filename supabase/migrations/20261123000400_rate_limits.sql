-- Shared counters for rate limits: they hold across processes.

-- Unlogged: losing counters in a crash is fine, and writing them costs no log.
create unlogged table private.rate_hits (
  key text not null,
  seconds integer not null,
  period bigint not null,
  hits integer not null,
  primary key (key, seconds, period)
);
alter table private.rate_hits enable row level security;
alter table private.rate_hits force row level security;
revoke all on private.rate_hits from public, anon, authenticated, service_role;

create function private.rate_hit(key text, max integer, seconds integer)
  returns table (allowed boolean, retry_after integer)
  language plpgsql security definer set search_path = '' as $$
#variable_conflict use_variable
declare
  at double precision;
  this_period bigint;
  past double precision; -- share of this period that is over
  earlier integer;
  counted integer;
begin
  if key is null or length(key) not between 1 and 300 or max < 1 or seconds not between 1 and 86400 then
    raise exception using errcode = 'LW422', message = 'A rate limit needs a key, a positive count and at most a day.',
      hint = 'This is a mistake in Lakewright; please report it.';
  end if;
  at := extract(epoch from clock_timestamp()) / seconds;
  this_period := floor(at);
  past := at - floor(at);
  -- Locks the counter until the end of the transaction, so that hits at once take turns.
  insert into private.rate_hits as r (key, seconds, period, hits) values (key, seconds, this_period, 0)
    on conflict on constraint rate_hits_pkey do update set hits = r.hits
    returning r.hits into counted;
  select coalesce(before_it.hits, 0) into earlier from (select 1) one left join private.rate_hits before_it
    on before_it.key = rate_hit.key and before_it.seconds = rate_hit.seconds and before_it.period = this_period - 1;
  -- Sliding window: the last period counts in proportion to how much of it still lies in the
  -- window. Refused hits are not counted, or a client that keeps trying would never get in again.
  allowed := earlier * (1 - past) + counted + 1 <= max;
  if allowed then
    update private.rate_hits r set hits = r.hits + 1
      where r.key = rate_hit.key and r.seconds = rate_hit.seconds and r.period = this_period;
  end if;
  if counted = 0 and random() < 0.05 then -- now and then a new counter sweeps up old ones
    delete from private.rate_hits r where (r.key, r.seconds, r.period) in (
      select o.key, o.seconds, o.period from private.rate_hits o
      where (o.period + 2) * o.seconds < extract(epoch from clock_timestamp()) limit 1000 for update skip locked);
  end if;
  retry_after := greatest(case when allowed then 0 else 1 end, case
    when allowed then 0
    -- Until enough of the last period has slid out of the window ...
    when counted < max then ceil(seconds * (1 - past - (max - counted - 1)::double precision / earlier))
    -- ... or, when this period is full already, enough of this one.
    else ceil(seconds * (1 - past + greatest(0, 1 - (max - 1)::double precision / counted)))
  end)::integer;
  return next;
end $$;
comment on function private.rate_hit is
  'Counts one hit and says whether at most `max` fell into the last `seconds`. Commit it by itself, also when the request fails.';

revoke all on all functions in schema private from public;
grant execute on function private.rate_hit(text, integer, integer) to anon, authenticated, service_role, app_api;
