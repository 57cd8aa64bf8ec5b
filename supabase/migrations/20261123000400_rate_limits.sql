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
  at double precision := extract(epoch from clock_timestamp()) / seconds;
  this_period bigint := floor(at);
  past double precision := at - floor(at); -- share of this period that is over
  earlier integer;
  counted integer;
begin
  if key is null or length(key) not between 1 and 300 or max < 1 or seconds not between 1 and 86400 then
    raise exception using errcode = 'LW422', message = 'A rate limit needs a key, a positive count and at most a day.',
      hint = 'This is a mistake in Lakewright; please report it.';
  end if;
  -- Sliding window: the last period counts in proportion to how much of it still lies in the window.
  insert into private.rate_hits as r (key, seconds, period, hits) values (key, seconds, this_period, 1)
    on conflict on constraint rate_hits_pkey do update set hits = least(r.hits + 1, 1000000000)
    returning r.hits into counted;
  select r.hits into earlier from private.rate_hits r
    where r.key = rate_hit.key and r.seconds = rate_hit.seconds and r.period = this_period - 1;
  earlier := least(coalesce(earlier, 0), max); -- refused hits do not lengthen the punishment
  if counted = 1 and random() < 0.05 then -- now and then a new key sweeps up old ones
    delete from private.rate_hits r where (r.key, r.seconds, r.period) in (
      select o.key, o.seconds, o.period from private.rate_hits o
      where (o.period + 2) * o.seconds < extract(epoch from clock_timestamp()) limit 1000 for update skip locked);
  end if;
  allowed := earlier * (1 - past) + counted <= max;
  retry_after := case
    when allowed then 0
    -- Until enough of the earlier period has slid out, or else until the next period.
    when counted < max and earlier > 0 then greatest(1, ceil(seconds * (1 - past - (max - counted - 1)::double precision / earlier)))
    else greatest(1, ceil(seconds * (1 - past))) end;
  return next;
end $$;
comment on function private.rate_hit is
  'Counts one hit and says whether at most `max` fell into the last `seconds`. Commit it by itself, also when the request fails.';

revoke all on all functions in schema private from public;
grant execute on function private.rate_hit(text, integer, integer) to anon, authenticated, service_role, app_api;
