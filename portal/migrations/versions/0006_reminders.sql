-- On which clock people had been told the time that no longer holds: a move may change it.
alter table hearing add column moved_from_zone text;
update hearing set moved_from_zone = zone where moved_from is not null;

-- A notice about a hearing says which: what is shown of a move depends on who acknowledged it.
alter table hearing add constraint hearing_of_case unique (id, case_id);
alter table notice add column hearing_id uuid;
alter table notice add constraint notice_hearing_same_case
    foreign key (hearing_id, case_id) references hearing (id, case_id);
create index notice_hearing on notice (hearing_id, issued_at) where hearing_id is not null;
grant select (hearing_id) on notice to portal_app;
-- Of those issued before: the case's only hearing at the moment that the notice names.
update notice as n set hearing_id = h.id
from hearing as h
where h.case_id = n.case_id
    and h.starts_at = (
        case n.kind when 'hearing_cancelled' then n.facts -> 'was' else n.facts -> 'starts' end
        ->> 'at'
    )::timestamptz
    and n.kind in ('notice_to_appear', 'hearing_moved', 'hearing_cancelled')
    and not exists (
        select from hearing as other
        where other.case_id = h.case_id and other.starts_at = h.starts_at and other.id <> h.id
    );

-- Of a hearing's date people are reminded as often as it is fixed anew: what a move leaves behind is
-- dead, and the new date has reminders of its own.
alter table reminder
    add column fixed_at timestamptz,
    drop constraint reminder_once,
    drop constraint reminder_kind_known,
    add constraint reminder_once unique nulls not distinct
        (person_id, kind, about, due_on, fixed_at),
    add constraint reminder_kind_known check (kind in ('approval', 'lapse', 'hearing')),
    add constraint reminder_of_a_date check ((kind = 'hearing') = (fixed_at is not null));

-- Whether the reader must still be told of a move: null where there was none, when the hearing is over,
-- and once he or she, or a delegate for them, acknowledged a notice of it issued since. Else, which of
-- his or her own services says so, if one does. It looks at the reader's own services only; a
-- function, so that a list of hearings that were never moved does not pay for the question.
create function portal_untold(held hearing) returns jsonb
language plpgsql stable security definer set search_path = public as $$
declare
    me constant uuid := portal_person();
begin
    if held.moved_from is null or held.cancelled_at is not null
        or held.starts_at + held.minutes * interval '1 minute' <= now()
    then
        return null;
    end if;
    return (
        select jsonb_build_object(
            'notice', (array_agg(s.id order by s.placed_at desc) filter (where s.person_id = me))[1]
        )
        from notice as n
        join service as s on s.notice_id = n.id and me in (s.person_id, s.principal_id)
        where n.hearing_id = held.id and n.kind = 'hearing_moved' and n.issued_at >= held.moved_at
            and n.recalled_at is null and s.recalled_at is null and s.placed_at <= now()
        having count(s.acknowledged_at) = 0
    );
end
$$;

-- The hearings of some days that I may see: a function, so that which cases are mine is asked once and
-- not by the policy of each table; with 2,000 cases each time costs as much as all the rest.
create function portal_hearings(begins timestamp, ends timestamp)
returns table (
    id uuid, case_id uuid, local_start timestamp, zone text, starts_at timestamp with time zone,
    minutes integer, cancelled_at timestamp with time zone, moved_from timestamp with time zone,
    moved_from_zone text, untold jsonb, title text, division text, sitting_id uuid
)
language plpgsql stable security definer set search_path = public rows 100 as $$
begin
    return query
    select h.id, h.case_id, h.local_start, h.zone, h.starts_at, h.minutes, h.cancelled_at, h.moved_from,
        h.moved_from_zone, portal_untold(h), c.title, c.division, coalesce(c.joined_to, c.id)
    from hearing as h join "case" as c on c.id = h.case_id
    where h.local_start >= begins and h.local_start < ends
        and (
            h.case_id in (select portal_cases('see'))
            or c.division = any ((select portal_divisions())::text[])
        );
end
$$;
