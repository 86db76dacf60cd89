-- Until it leaves, a notice can be recalled, and nobody but the registry sees it.
alter table notice add column leaves_at timestamptz;
update notice set leaves_at = issued_at;
alter table notice alter column leaves_at set not null;

-- Who has no account is served by letter: a service to a party, in nobody's inbox.
alter table service alter column person_id drop not null;
alter table service add column party_id uuid;
alter table service add constraint service_party_id_fkey
    foreign key (party_id) references party (id);
alter table service add constraint service_to_somebody
    check (num_nonnulls(person_id, party_id) = 1);
alter table service add constraint service_once_a_party unique (notice_id, party_id);
grant select (party_id) on service to portal_app;
grant select (leaves_at) on notice to portal_app;

-- Recalled before it was placed, it never was: it stays, for the registry's eyes alone.
alter table service add column recalled_at timestamptz;
alter table service add constraint service_recalled_unopened
    check (recalled_at is null or opened_at is null);
grant select (recalled_at) on service to portal_app;

drop policy read on service;
create policy read on service for select to portal_app
using (
    placed_at <= now() and recalled_at is null and (
        person_id = portal_person() and case_id in (select portal_cases('see'))
        or case_id in (select portal_cases('read'))
            and portal_side(person_id, case_id) = portal_side(portal_person(), case_id)
    )
);
drop policy opened on service;
create policy opened on service for update to portal_app
using (placed_at <= now() and recalled_at is null and case_id in (select portal_cases('read')));

-- Who sees a case without reading it is told which right is missing: of what has left, nothing else.
create or replace function portal_case_of_service(wanted uuid) returns uuid
language sql stable security definer set search_path = public
return (
    select case_id from service
    where id = wanted and placed_at <= now() and recalled_at is null
        and case_id in (select portal_cases('see'))
);

-- What is recorded of a notice is told when the notice itself may be; before, to the registry.
create function portal_has_left(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return coalesce(
    (
        select leaves_at <= now() and (recalled_at is null or recalled_at >= leaves_at)
        from notice where id = wanted
    ),
    true
);
create policy told_when_left on entry as restrictive for select to portal_app
using (
    facts ->> 'notice_id' is null or portal_has_left((facts ->> 'notice_id')::uuid)
    or portal_administers(case_id)
);

-- As before, but a notice that has not left, or never did, is counted for nobody; and a hearing is the
-- next one until it should be over: who is late looks for it too. None is longer than ten hours
-- (hearing_minutes_sane); that bound is what the index is asked.
create or replace function portal_listed(moment timestamp with time zone, words text[], most int, past int)
returns table (
    id uuid, title text, division text, office text, closed_at timestamp with time zone,
    hearing_at timestamp with time zone, hearing_day date, hearing_zone text,
    numbers text[], unopened bigint
)
language sql stable security definer set search_path = public rows 50
begin atomic
    with nearest as materialized (
        select h.case_id, h.starts_at, h.local_start, h.zone
        from (
            select * from hearing
            where starts_at > moment - interval '10 hours' and cancelled_at is null
                and starts_at + minutes * interval '1 minute' > moment
            order by starts_at, case_id limit 1000
        ) as h
        -- `limit` keeps this from becoming a join with all that I hold.
        cross join lateral (
            select from held_authority as a
            where a.case_id = h.case_id and a.person_id = portal_person() and a."right" = 'see' limit 1
        ) as seen
        -- Far pages would walk in vain; whoever reaches few cases has them all at once below.
        where words = '{}' and past < 200 and (
            select count(*) from (
                select from standing where person_id in (
                    select portal_person()
                    union all
                    select grantor_id from live_delegation where delegate_id = portal_person()
                ) limit 1001
            ) as reached
        -- Said again below: shared, it was asked of all thousand, and the page took three times as long.
        ) > 1000 and (not exists (
            select from hearing as sooner
            where sooner.case_id = h.case_id and sooner.cancelled_at is null
                and sooner.starts_at + sooner.minutes * interval '1 minute' > moment
                and (sooner.starts_at, sooner.id) < (h.starts_at, h.id)
        )) is true
        order by h.starts_at, h.case_id limit past + most
    ), filled as materialized (
        select count(*) = past + most as page from nearest
    ), mine as materialized (
        select seen.id from portal_cases('see') as seen (id)
        where words = '{}' or seen.id in (select portal_found(words))
    ), coming as materialized (
        select n.* from nearest as n where (select page from filled)
        union all
        (
            select h.case_id, h.starts_at, h.local_start, h.zone from hearing as h
            -- `is true` keeps both from becoming joins, which would sort all hearings before the first.
            where h.starts_at > moment - interval '10 hours' and h.cancelled_at is null
                and h.starts_at + h.minutes * interval '1 minute' > moment
                and (h.case_id in (select mine.id from mine)) is true
                and (not exists (
                    select from hearing as sooner
                    where sooner.case_id = h.case_id and sooner.cancelled_at is null
                        and sooner.starts_at + sooner.minutes * interval '1 minute' > moment
                        and (sooner.starts_at, sooner.id) < (h.starts_at, h.id)
                )) is true
            order by h.starts_at, h.case_id
            limit case when (select page from filled) then 0 else past + most end
        )
    ), others as (
        select c.id as case_id, c.opened_at from "case" as c
        where c.id in (select mine.id from mine) and not exists (
            select from hearing as h
            where h.case_id = c.id and h.cancelled_at is null
                and h.starts_at + h.minutes * interval '1 minute' > moment
        )
        -- With the page full of hearings nobody looks for them.
        order by c.opened_at desc, c.id
        limit greatest(past + most - (select count(*) from coming), 0)
    ), page as (
        select n.case_id, n.starts_at, n.local_start, n.zone from coming as n
        union all
        select o.case_id, null, null, null from others as o
    )
    select c.id, c.title, c.division, c.office, c.closed_at, p.starts_at, p.local_start::date, p.zone,
        (select array_agg(file_number order by file_number) from party where case_id = c.id),
        (
            select count(*) from service as s join notice as n on n.id = s.notice_id
            where s.case_id = c.id and s.person_id = portal_person() and s.opened_at is null
                and n.recalled_at is null and s.placed_at <= now() and s.recalled_at is null
        )
    from page as p join "case" as c on c.id = p.case_id
    -- As each was chosen, or equal hours could hide a case between two pages.
    order by p.starts_at nulls last, case when p.starts_at is null then c.opened_at end desc, c.id
    limit most offset past;
end;

-- Where a mail went, as a page may show it: c…@example.org. The address itself is the couriers'.
create function portal_masked(wanted uuid) returns text
language sql stable security definer set search_path = public
return (
    select left(address, 1) || '…@' || split_part(address, '@', 2) from attempt
    where id = wanted
        and (case_id in (select portal_cases('read')) or portal_administers(case_id))
);

-- An entry's place in the chain tells nothing of the entry: hashes of those that a reader is not
-- told of stand in a proof of service between those that are.
create function portal_chain(wanted uuid, first int, final int)
returns table (number int, hash bytea)
language sql stable security definer set search_path = public rows 100
begin atomic
    select e.number, e.hash from entry as e
    where e.case_id = wanted and e.number between first and final
        and (wanted in (select portal_cases('read')) or portal_administers(wanted))
    order by e.number;
end;

-- A reader sees when his letter was printed, and nothing of the mailing it was printed with.
create function portal_printed_at(wanted uuid) returns timestamp with time zone
language plpgsql stable security definer set search_path = public as $$
begin
    return (
        select m.made_at from mailing as m
        where m.id = wanted and exists (
            select from letter as l
            where l.mailing_id = wanted
                and (l.case_id in (select portal_cases('read')) or portal_administers(l.case_id))
        )
    );
end
$$;
