-- As before, but a hearing is the next one until it should be over: who is late looks for it too.
-- None is longer than ten hours (hearing_minutes_sane); that bound is what the index is asked.
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
