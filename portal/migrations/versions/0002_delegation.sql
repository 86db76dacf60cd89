-- Delegation in full: teams, answers of each person, covers, approvals, endings that can be proven,
-- joined cases, suspensions, and the same truth for any past moment.
-- docs/decisions/0018-a-loan-and-its-answers.md says why an offer and its answers are two tables.

create table team (
    id uuid not null,
    code text not null,
    name text not null,
    started_at timestamp with time zone default now() not null,
    started_by uuid not null,
    constraint team_pkey primary key (id),
    constraint team_code_unique unique (code),
    constraint team_started_by_fkey foreign key (started_by) references person (id)
);

-- A person's place in a team; who comes back has a new row, so that the past stays told.
create table membership (
    id uuid not null,
    team_id uuid not null,
    person_id uuid,
    invited_email text not null,
    invited_by uuid not null,
    invited_at timestamp with time zone default now() not null,
    open_until timestamp with time zone not null,
    joined_at timestamp with time zone,
    declined_at timestamp with time zone,
    leads_since timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by uuid,
    constraint membership_pkey primary key (id),
    constraint membership_joined_by_somebody check (joined_at is null or person_id is not null),
    constraint membership_answered_once check (num_nonnulls(joined_at, declined_at) < 2),
    constraint membership_ending_recorded check (num_nulls(ended_at, ended_by) in (0, 2)),
    constraint membership_team_id_fkey foreign key (team_id) references team (id),
    constraint membership_person_id_fkey foreign key (person_id) references person (id),
    constraint membership_invited_by_fkey foreign key (invited_by) references person (id),
    constraint membership_ended_by_fkey foreign key (ended_by) references person (id)
);
create index membership_team_id_index on membership (team_id);
create index membership_person_id_index on membership (person_id);
create index membership_invited_email_index on membership (invited_email);
create unique index membership_once on membership (team_id, person_id)
where joined_at is not null and ended_at is null;

-- Ending several loans at once: what the statement afterwards is about.
create table ending (
    id uuid not null,
    grantor_id uuid not null,
    ended_at timestamp with time zone default now() not null,
    ended_by uuid not null,
    ended_by_name text not null,
    constraint ending_pkey primary key (id),
    constraint ending_grantor_id_fkey foreign key (grantor_id) references person (id),
    constraint ending_ended_by_fkey foreign key (ended_by) references person (id)
);
create index ending_grantor_id_index on ending (grantor_id);

alter table delegation add column team_id uuid;
alter table delegation add column kind text not null default 'loan';
alter table delegation add column replaces_id uuid;
alter table delegation add column open_until timestamp with time zone;
alter table delegation add column ending_id uuid;
alter table delegation add column reviewed_at timestamp with time zone;
alter table delegation add column reviewed_by uuid;
update delegation set open_until = least(offered_at + interval '7 days', ends_at);
alter table delegation alter column open_until set not null;

-- What one person answered to an offer: accepted under which undertaking, or declined; then how it ended.
-- Who comes back into a team answers anew: another row, so that the past stays told.
create table answer (
    delegation_id uuid not null,
    person_id uuid not null,
    number integer default 1 not null,
    accepted_at timestamp with time zone,
    declined_at timestamp with time zone,
    undertaking text,
    last_used_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by uuid,
    constraint answer_pkey primary key (delegation_id, person_id, number),
    constraint answer_answered_once check (num_nonnulls(accepted_at, declined_at) = 1),
    constraint answer_undertaken check ((undertaking is null) = (accepted_at is null)),
    constraint answer_ending_recorded check (num_nulls(ended_at, ended_by) in (0, 2)),
    constraint answer_delegation_id_fkey foreign key (delegation_id) references delegation (id),
    constraint answer_person_id_fkey foreign key (person_id) references person (id),
    constraint answer_ended_by_fkey foreign key (ended_by) references person (id)
);
create index answer_person_id_index on answer (person_id);
create unique index answer_once on answer (delegation_id, person_id) where ended_at is null;

insert into answer (delegation_id, person_id, accepted_at, declined_at, undertaking, last_used_at)
select id, delegate_id, accepted_at, declined_at,
    case when accepted_at is not null then '2026-11' end, last_used_at
from delegation
where delegate_id is not null and num_nonnulls(accepted_at, declined_at) = 1;
update delegation set invited_email = coalesce(
    (select email from account where person_id = delegate_id), 'unknown'
) where invited_email is null;

-- Its receipt names who prepared it, long after that person's access ended.
alter table submission add column drafter_name text;
update submission set drafter_name = (select name from person where id = drafted_by);

-- A draft that waits for the principal's word; a row is one round of asking and answering.
create table approval (
    id uuid not null,
    submission_id uuid not null,
    case_id uuid not null,
    principal_id uuid not null,
    asked_at timestamp with time zone default now() not null,
    asked_by uuid not null,
    asked_by_name text not null,
    answered_at timestamp with time zone,
    answered_by uuid,
    answered_by_name text,
    outcome text,
    remark text,
    constraint approval_pkey primary key (id),
    constraint approval_outcome_known check (outcome in ('filed', 'returned', 'taken_back')),
    constraint approval_answer_recorded check (
        num_nulls(answered_at, answered_by, answered_by_name, outcome) in (0, 4)
    ),
    constraint approval_submission_id_fkey foreign key (submission_id) references submission (id)
    on delete cascade,
    constraint approval_case_id_fkey foreign key (case_id) references "case" (id),
    constraint approval_principal_id_fkey foreign key (principal_id) references person (id),
    constraint approval_asked_by_fkey foreign key (asked_by) references person (id),
    constraint approval_answered_by_fkey foreign key (answered_by) references person (id)
);
create index approval_case_id_index on approval (case_id);
create index approval_submission_id_index on approval (submission_id);
create unique index approval_waiting on approval (submission_id) where answered_at is null;
create index approval_principal_waiting on approval (principal_id) where answered_at is null;

-- For whom somebody acts on one case, where several lent it.
create table acting (
    person_id uuid not null,
    case_id uuid not null,
    principal_id uuid not null,
    chosen_at timestamp with time zone default now() not null,
    constraint acting_pkey primary key (person_id, case_id),
    constraint acting_person_id_fkey foreign key (person_id) references person (id),
    constraint acting_case_id_fkey foreign key (case_id) references "case" (id),
    constraint acting_principal_id_fkey foreign key (principal_id) references person (id)
);

-- While one lasts the standing gives nothing, and nothing can be lent out of it.
create table suspension (
    id uuid not null,
    standing_id uuid not null,
    case_id uuid not null,
    began_at timestamp with time zone default now() not null,
    began_by uuid not null,
    why text not null,
    ended_at timestamp with time zone,
    ended_by uuid,
    constraint suspension_pkey primary key (id),
    constraint suspension_ending_recorded check (num_nulls(ended_at, ended_by) in (0, 2)),
    constraint suspension_standing_id_fkey foreign key (standing_id) references standing (id),
    constraint suspension_case_id_fkey foreign key (case_id) references "case" (id),
    constraint suspension_began_by_fkey foreign key (began_by) references person (id),
    constraint suspension_ended_by_fkey foreign key (ended_by) references person (id)
);
create index standing_of_minister on standing (person_id) where role = 'ministers_counsel';
create index suspension_standing_id_index on suspension (standing_id);
create index suspension_case_id_index on suspension (case_id);
create unique index suspension_once on suspension (standing_id) where ended_at is null;
insert into suspension (id, standing_id, case_id, began_at, began_by, why)
select gen_random_uuid(), id, case_id, suspended_at, recorded_by, '' from standing
where suspended_at is not null;

-- For whom a delegate's copy of a notice was placed: said of it when the loan is long over.
alter table service add column principal_id uuid;
alter table service add column principal_name text;
alter table service add constraint service_principal_id_fkey
foreign key (principal_id) references person (id);
update service set principal_id = d.grantor_id, principal_name = p.name
from delegation as d join person as p on p.id = d.grantor_id where d.id = service.delegation_id;
create function service_for_whom() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    select p.id, p.name into new.principal_id, new.principal_name
    from delegation as d join person as p on p.id = d.grantor_id where d.id = new.delegation_id;
    return new;
end
$$;
create trigger service_for_whom before insert on service
for each row execute function service_for_whom();

-- A mail that reminds, once for each thing and day.
create table reminder (
    id uuid not null,
    person_id uuid not null,
    kind text not null,
    about uuid not null,
    due_on date not null,
    made_at timestamp with time zone default now() not null,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    constraint reminder_pkey primary key (id),
    constraint reminder_once unique (person_id, kind, about, due_on),
    constraint reminder_kind_known check (kind in ('approval', 'lapse')),
    constraint reminder_person_id_fkey foreign key (person_id) references person (id)
);

-- A mail about a notice is not sent any more to who has lost the case.
alter table attempt
    drop constraint attempt_state,
    drop constraint attempt_settled_when,
    drop constraint attempt_tried_when,
    add constraint attempt_state check (
        state in ('waiting', 'sending', 'deferred', 'accepted', 'undeliverable', 'withdrawn')
    ),
    add constraint attempt_settled_when check (
        (state in ('accepted', 'undeliverable', 'withdrawn')) = (settled_at is not null)
    ),
    add constraint attempt_tried_when check (
        (tried_at is null) = (tries = 0) and (tried_at is null or state <> 'waiting')
        and (tried_at is not null or state in ('waiting', 'withdrawn'))
    );

-- Joined cases are heard together: nobody acts on both sides of any of them (RPD Rules, r. 55).
alter table "case" add column joined_to uuid;
alter table "case" add constraint case_joined_to_fkey foreign key (joined_to) references "case" (id);
alter table "case" add constraint case_not_joined_to_itself check (joined_to <> id);
create index case_joined_to_index on "case" (joined_to);
alter table standing add column joined_to uuid;
update standing set joined_to = case_id;
alter table standing alter column joined_to set not null;
create index standing_joined_to_index on standing (joined_to);
alter table standing add constraint standing_ended_when check (ended_how is null or ends_at is not null);

create function standing_joined() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    select coalesce(joined_to, id) into new.joined_to from "case" where id = new.case_id;
    -- The case's own key says better that there is none.
    new.joined_to := coalesce(new.joined_to, new.case_id);
    return new;
end
$$;
create trigger standing_joined before insert on standing
for each row execute function standing_joined();
create function case_joined() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    update standing set joined_to = coalesce(new.joined_to, new.id) where case_id = new.id;
    return null;
end
$$;
create trigger case_joined after update of joined_to on "case"
for each row execute function case_joined();

-- The moment the views below are asked about: now, unless the registry asks about the past.
create function portal_now() returns timestamp with time zone
language sql stable parallel safe
return coalesce(nullif(current_setting('portal.moment', true), '')::timestamptz, now());

create or replace view live_standing as
select id, person_id, case_id, role, starts_at, ends_at, joined_to from standing as s
where starts_at <= (select portal_now()) and (ends_at is null or ends_at > (select portal_now()))
    -- Read once a statement: they are few, and one who works for ten has 20,000 places to compare.
    and id not in (
        select u.standing_id from suspension as u
        where u.began_at <= (select portal_now())
            and (u.ended_at is null or u.ended_at > (select portal_now()))
    );

create or replace view live_delegation as
select d.id, d.grantor_id, a.person_id as delegate_id, d.rights, d.all_cases, a.accepted_at, d.ends_at,
    d.team_id
from delegation as d
join answer as a on a.delegation_id = d.id
where a.accepted_at <= (select portal_now())
    -- What took the place of a wider loan carries its acceptance, which is older than itself.
    and d.offered_at <= (select portal_now())
    and (a.ended_at is null or a.ended_at > (select portal_now()))
    and (d.ended_at is null or d.ended_at > (select portal_now()))
    and d.starts_at <= (select portal_now()) and d.ends_at > (select portal_now())
    and greatest(a.accepted_at, d.starts_at, a.last_used_at)
        > (select portal_now()) - interval '90 days'
    and (d.team_id is null or exists (
        select from membership as m
        where m.team_id = d.team_id and m.person_id = a.person_id
            and m.joined_at <= (select portal_now())
            and (m.ended_at is null or m.ended_at > (select portal_now()))
    ));

create or replace view lent_standing as
select d.id as delegation_id, d.delegate_id, d.rights, d.accepted_at, d.ends_at as lent_until,
    s.id, s.person_id, s.case_id, s.role, s.starts_at, s.ends_at, s.joined_to
from live_delegation as d
join live_standing as s on s.person_id = d.grantor_id
where 'delegate' = any (role_rights(s.role))
    and (d.all_cases or exists (
        select from delegation_case as dc where dc.delegation_id = d.id and dc.case_id = s.case_id
    ));

create or replace view held_authority as
select s.person_id, s.case_id, r."right", s.id as standing_id,
    null::uuid as delegation_id, s.person_id as principal_id,
    s.role, s.starts_at as since, s.ends_at as until, s.starts_at as standing_since
from live_standing as s
cross join lateral unnest(role_rights(s.role)) as r ("right")
union all
select s.delegate_id, s.case_id, r."right", s.id, s.delegation_id, s.person_id,
    s.role, s.accepted_at, least(s.lent_until, s.ends_at), s.starts_at
from lent_standing as s
cross join lateral unnest(s.rights) as r ("right")
where r."right" = any (role_rights(s.role))
    -- Lent by both sides of one case or of joined ones, or by the side against one's own: neither counts.
    -- Asked from the few standings of the other side, which an index finds; never loan against loan.
    and not exists (
        select from live_standing as o
        where o.joined_to = s.joined_to and role_side(o.role) <> role_side(s.role)
            and (o.person_id = s.delegate_id or exists (
                select from lent_standing as l
                where l.id = o.id and l.delegate_id = s.delegate_id
            ))
    );

create or replace view authority as
select * from held_authority
union all
select p.person_id, c.id, r."right", null::uuid, null::uuid, p.person_id,
    'registry', p.starts_at, p.ends_at, p.starts_at
from posting as p
join "case" as c on c.division = p.division
cross join unnest(array['see', 'read', 'administer']) as r ("right")
where p.starts_at <= (select portal_now())
    and (p.ends_at is null or p.ends_at > (select portal_now()));

-- The same for one person and all cases, as a set: who works for ten has 20,000, and row by row is slow.
create or replace function portal_cases(wanted text) returns setof uuid
language sql stable security definer set search_path = public rows 200
begin atomic
    with roles as materialized (
        select array_agg(role) filter (where wanted = any (role_rights(role))) as giving,
            array_agg(role) filter (where 'delegate' = any (role_rights(role))) as lending
        from unnest(array['party', 'designated_representative', 'counsel', 'ministers_counsel']) as role
    ), loans as materialized (
        select id, grantor_id, wanted = any (rights) as gives, all_cases from live_delegation
        where delegate_id = portal_person()
    ), places as not materialized (
        select case_id, joined_to, role, false as lent, true as gives
        from live_standing where person_id = portal_person()
        union all
        select s.case_id, s.joined_to, s.role, true, d.gives
        from loans as d join live_standing as s on s.person_id = d.grantor_id
        where s.role = any ((select lending from roles)::text[])
            and (d.all_cases or exists (
                select from delegation_case as dc
                where dc.delegation_id = d.id and dc.case_id = s.case_id
            ))
    ), both_sides as materialized (
        -- The minister's places are few and have an index of their own.
        select m.joined_to from places as m where m.role = 'ministers_counsel' and exists (
            select from places as p
            where p.joined_to = m.joined_to and role_side(p.role) <> role_side(m.role)
        )
    )
    select case_id from places
    where gives and role = any ((select giving from roles)::text[])
        and (not lent or joined_to not in (select joined_to from both_sides));
end;

-- One page of the cases I may see, the next hearing first. It asks whose cases they are once, where
-- the policies of each table would ask again; and it follows the hearings, not the cases. Who has
-- more than a thousand cases mostly fills a page from the next thousand hearings, asked about one by one.
create function portal_listed(moment timestamp with time zone, words text[], most int, past int)
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
            select * from hearing where starts_at > moment and cancelled_at is null
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
                and sooner.starts_at > moment
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
            where h.starts_at > moment and h.cancelled_at is null
                and (h.case_id in (select mine.id from mine)) is true
                and (not exists (
                    select from hearing as sooner
                    where sooner.case_id = h.case_id and sooner.cancelled_at is null
                        and sooner.starts_at > moment
                        and (sooner.starts_at, sooner.id) < (h.starts_at, h.id)
                )) is true
            order by h.starts_at, h.case_id
            limit case when (select page from filled) then 0 else past + most end
        )
    ), others as (
        select c.id as case_id, c.opened_at from "case" as c
        where c.id in (select mine.id from mine) and not exists (
            select from hearing as h
            where h.case_id = c.id and h.cancelled_at is null and h.starts_at > moment
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
                and n.recalled_at is null
        )
    from page as p join "case" as c on c.id = p.case_id
    -- As each was chosen, or equal hours could hide a case between two pages.
    order by p.starts_at nulls last, case when p.starts_at is null then c.opened_at end desc, c.id
    limit most offset past;
end;

-- Those whose delegations I manage: my own, and of who lent me `delegate`.
create function portal_principals() returns setof uuid
language sql stable security definer set search_path = public rows 2
begin atomic
    select portal_person()
    union
    select grantor_id from live_delegation
    where delegate_id = portal_person() and 'delegate' = any (rights);
end;

create function portal_teams() returns setof uuid
language sql stable security definer set search_path = public rows 3
begin atomic
    select team_id from membership
    where person_id = portal_person() and joined_at is not null and ended_at is null;
end;

create function portal_leads(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from membership
    where team_id = wanted and person_id = portal_person() and joined_at is not null
        and leads_since is not null and ended_at is null
);

-- A team is found by the code that its people give out, and by nothing else.
create function portal_team(said text) returns table (id uuid, name text)
language sql stable security definer set search_path = public rows 1
begin atomic
    select team.id, team.name from team where team.code = upper(trim(said));
end;

create function portal_team_size(wanted uuid) returns bigint
language sql stable security definer set search_path = public
return (
    select count(*) from membership
    where team_id = wanted and joined_at is not null and ended_at is null
);

create function portal_answered() returns setof uuid
language sql stable security definer set search_path = public rows 5
begin atomic
    select delegation_id from answer where person_id = portal_person();
end;

-- Only the starter's own first row has nobody before it.
create function portal_begins_team(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (select from team where id = wanted and started_by = portal_person())
    and not exists (select from membership where team_id = wanted);

-- An offer that I can still answer: made to my address and open, or to a team of mine; and not
-- answered yet, unless that answer ended with an earlier time in the team.
create function portal_may_answer(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from delegation as d
    where d.id = wanted and d.ended_at is null and d.ends_at > now()
        and d.grantor_id <> portal_person() and d.offered_by <> portal_person()
        and (
            d.invited_email = (select email from account where person_id = portal_person())
            or d.team_id in (
                select team_id from membership
                where person_id = portal_person() and joined_at is not null and ended_at is null
            )
        )
        and not exists (
            select from answer as a
            where a.delegation_id = d.id and a.person_id = portal_person() and not exists (
                select from membership as m
                where m.team_id = d.team_id and m.person_id = a.person_id
                    and m.ended_at = a.ended_at
            )
        )
);

-- The cases a delegation covers, begun or not: for those it is between, and nobody else.
create or replace function portal_lent_cases(lent uuid) returns setof uuid
language sql stable security definer set search_path = public rows 50
begin atomic
    select s.case_id from delegation as d
    join live_standing as s on s.person_id = d.grantor_id
    where d.id = lent and 'delegate' = any (role_rights(s.role))
        and (d.grantor_id in (select portal_principals()) or d.id in (select portal_answered()))
        and (d.all_cases or exists (
            select from delegation_case as dc where dc.delegation_id = lent and dc.case_id = s.case_id
        ));
end;

-- What ending these loans takes from whom, case by case: for who lent them, or
-- (`leaver`) gives back, or leads the team that loses somebody. Loans over all cases are counted once, not once for each case.
create function portal_lost(loans uuid[], leaver uuid)
returns table (case_id uuid, people uuid[], names text[], delegations uuid[], side text)
language sql stable security definer set search_path = public
begin atomic
    with going as materialized (
        select d.id, d.grantor_id, d.all_cases, a.person_id, p.name
        from delegation as d
        join answer as a on a.delegation_id = d.id
            and a.accepted_at is not null and a.ended_at is null
        join person as p on p.id = a.person_id
        where d.id = any (loans) and d.ended_at is null and d.ends_at > now()
            and (
                d.grantor_id in (select portal_principals()) or a.person_id = portal_person()
                or leaver is not null and portal_leads(d.team_id)
            )
            and (leaver is null or a.person_id = leaver)
    ), place as materialized (
        select s.person_id, s.case_id, min(role_side(s.role)) as side
        from live_standing as s
        where s.person_id in (select grantor_id from going)
            and 'delegate' = any (role_rights(s.role))
        group by s.person_id, s.case_id
    ), of_all as materialized (
        select grantor_id, array_agg(distinct person_id) as people, array_agg(distinct name) as names,
            array_agg(distinct id) as loans
        from going where all_cases group by grantor_id
    ), of_some as materialized (
        select g.grantor_id, dc.case_id, array_agg(distinct g.person_id) as people,
            array_agg(distinct g.name) as names, array_agg(distinct g.id) as loans
        from going as g join delegation_case as dc on dc.delegation_id = g.id
        where not g.all_cases group by g.grantor_id, dc.case_id
    ), found as materialized (
        select s.case_id, s.side,
            case when o.people is null then w.people when w.people is null then o.people
                else array(select distinct e from unnest(w.people || o.people) as e) end as people,
            case when o.names is null then w.names when w.names is null then o.names
                else array(select distinct e from unnest(w.names || o.names) as e order by e) end as names,
            coalesce(w.loans, '{}') || coalesce(o.loans, '{}') as loans
        from place as s
        left join of_all as w on w.grantor_id = s.person_id
        left join of_some as o on o.grantor_id = s.person_id and o.case_id = s.case_id
        where w.people is not null or o.people is not null
    )
    select f.case_id,
        case when count(*) = 1 then min(f.people) else array(
            select distinct e from found as x, unnest(x.people) as e where x.case_id = f.case_id
        ) end,
        case when count(*) = 1 then min(f.names) else array(
            select distinct e from found as x, unnest(x.names) as e where x.case_id = f.case_id order by e
        ) end,
        case when count(*) = 1 then min(f.loans) else array(
            select e from found as x, unnest(x.loans) as e where x.case_id = f.case_id
        ) end,
        min(f.side)
    from found as f
    group by f.case_id
    order by f.case_id;
end;

-- Whether accepting would put me on both sides of a case or of joined ones, or the registry's.
create or replace function portal_conflicts(lent uuid) returns boolean
language sql stable security definer set search_path = public
return portal_divisions() <> '{}' or exists (
    select from delegation as d
    join live_standing as s on s.person_id = d.grantor_id
    where d.id = lent and 'delegate' = any (role_rights(s.role))
        and (d.all_cases or exists (
            select from delegation_case as dc where dc.delegation_id = lent and dc.case_id = s.case_id
        ))
        and exists (
            select from live_standing as other
            where other.joined_to = s.joined_to and role_side(other.role) <> role_side(s.role)
                and (other.person_id = portal_person() or exists (
                    select from delegation as d2
                    join answer as a2 on a2.delegation_id = d2.id
                    where d2.grantor_id = other.person_id and a2.person_id = portal_person()
                        and 'delegate' = any (role_rights(other.role))
                        and a2.accepted_at is not null and a2.ended_at is null
                        and d2.ended_at is null and d2.ends_at > now()
                        and (d2.all_cases or exists (
                            select from delegation_case as dc
                            where dc.delegation_id = d2.id and dc.case_id = other.case_id
                        ))
                ))
        )
);

-- Somebody is known to me when we share a case or a team, or one of us lent or offered the other something.
create or replace function portal_knows(other uuid) returns boolean
language sql stable security definer set search_path = public
return other = portal_person()
    or exists (select from person where id = other and calling = 'registry')
    or other in (select portal_principals())
    -- Before the cases, which cost more: each of these finds a row or two by an index.
    or exists (
        select from answer as a join delegation as d on d.id = a.delegation_id
        where a.person_id = other and d.grantor_id in (select portal_principals())
    )
    or exists (
        select from delegation as d
        where d.grantor_id = other and (
            d.invited_email = portal_address() or d.id in (select portal_answered())
            or d.team_id in (select portal_teams())
        )
    )
    or exists (
        select from membership as m
        where m.team_id in (select portal_teams()) and (m.person_id = other or m.invited_by = other)
            or m.invited_email = portal_address() and m.invited_by = other
    )
    or exists (
        select from held_authority
        where person_id = other and case_id in (select portal_cases('see'))
    )
    or exists (
        select from delegation as d
        where d.offered_by = other and (
            d.grantor_id in (select portal_principals())
            or d.invited_email = portal_address() or d.id in (select portal_answered())
            or d.team_id in (select portal_teams())
        )
    );

create or replace function portal_side(person uuid, wanted uuid) returns text
language sql stable security definer set search_path = public
return case when exists (
    select from standing as s
    where s.case_id = wanted and s.role = 'ministers_counsel' and (
        s.person_id = person
        or s.person_id in (
            select d.grantor_id from delegation as d
            join answer as a on a.delegation_id = d.id
            where a.person_id = person and a.accepted_at is not null
        )
    )
) then 'minister' else 'person' end;

create or replace function portal_hold(wanted uuid) returns boolean
language plpgsql volatile security definer set search_path = public as $$
begin
    perform from standing where case_id = wanted order by id for share;
    -- In the order of portal_lock(), or the two would wait for each other.
    perform from delegation
    where id in (select delegation_id from answer where person_id = portal_person())
    order by id for share;
    perform from answer where person_id = portal_person() for share;
    perform from membership where person_id = portal_person() for share;
    -- What ended while this waited has ended, though this transaction began before.
    perform set_config('portal.moment', clock_timestamp()::text, true);
    return exists (
        select from authority where case_id = wanted and person_id = portal_person()
    );
end
$$;

-- Hold whatever anybody's authority on these cases hangs on, before telling them something.
create function portal_hold_everybody(cases uuid[]) returns void
language plpgsql volatile security definer set search_path = public as $$
declare
    loans uuid[] := array(
        select distinct delegation_id from lent_standing where case_id = any (cases)
    );
begin
    perform from standing where case_id = any (cases) order by id for share;
    perform from delegation where id = any (loans) order by id for share;
    perform from answer where delegation_id = any (loans) order by delegation_id, person_id for share;
    perform from membership where team_id in (
        select team_id from delegation where id = any (loans)
    ) order by id for share;
    perform set_config('portal.moment', clock_timestamp()::text, true);
end
$$;

-- One answer or ending at a time, whoever gives it: hold a delegation and its answers.
create function portal_lock(wanted uuid) returns void
language plpgsql volatile security definer set search_path = public as $$
begin
    -- No key: an entry that names the loan has the case's chain in hand already, and must not wait.
    perform from delegation where id = wanted for no key update;
    perform from answer where delegation_id = wanted order by person_id for update;
end
$$;

-- Somebody leaves a team or is removed, or an invitation is withdrawn. All that was lent through the
-- team ends for that person, with an entry on each case: a leader need not see these cases.
-- Null: not mine to end; false: the last who leads must first name another.
create function portal_leave(place uuid) returns boolean
language plpgsql volatile security definer set search_path = public as $$
declare
    m membership;
    loans uuid[];
begin
    select * into m from membership
    where id = place and (person_id = portal_person() or portal_leads(team_id));
    -- One leaves at a time; delegations before answers, as in portal_lock().
    perform from team where id = m.team_id for no key update;
    loans := array(
        select id from delegation
        where team_id = m.team_id and ended_at is null and ends_at > now()
        order by id for no key update
    );
    perform from answer where delegation_id = any (loans) order by delegation_id, person_id for update;
    select * into m from membership
    where id = place and (person_id = portal_person() or portal_leads(team_id)) for update;
    if m.id is null then
        return null;
    elsif m.ended_at is not null or m.declined_at is not null then
        return true;
    elsif m.leads_since is not null and portal_team_size(m.team_id) > 1 and not exists (
        select from membership
        where team_id = m.team_id and id <> place and leads_since is not null and ended_at is null
    ) then
        return false;
    end if;
    insert into entry (case_id, act, actor_id, actor_name, facts)
    select l.case_id, 'delegation.ended', portal_person(), p.name, jsonb_build_object(
        'delegation_id', l.delegations[1], 'delegations', l.delegations,
        'name', array_to_string(l.names, ', '), 'side', l.side
    )
    from portal_lost(loans, m.person_id) as l join person as p on p.id = portal_person()
    where m.joined_at is not null
    order by l.case_id;
    update answer set ended_at = now(), ended_by = portal_person()
    where delegation_id = any (loans) and person_id = m.person_id and ended_at is null;
    -- With the last of its people the team's invitations end.
    update membership set ended_at = now(), ended_by = portal_person()
    where id = place or m.joined_at is not null and portal_team_size(m.team_id) = 1
        and team_id = m.team_id and joined_at is null and declined_at is null and ended_at is null;
    return true;
end
$$;

-- Who leads a team lets somebody else in it lead too.
create function portal_let_lead(place uuid) returns void
language sql volatile security definer set search_path = public
begin atomic
    update membership set leads_since = now()
    where id = place and portal_leads(team_id) and joined_at is not null and ended_at is null
        and leads_since is null;
end;

-- Who acts for the other side is the other side's business.
create or replace view visible_authority with (security_barrier) as
select a.person_id, a.case_id, a."right", a.standing_id, a.delegation_id, a.principal_id, a.role,
    a.since, a.until, p.name as person_name, q.name as principal_name, a.standing_since
from authority as a
join person as p on p.id = a.person_id
join person as q on q.id = a.principal_id
where a.person_id = portal_person()
    or a.case_id in (select portal_cases('see'))
        and (
            a.delegation_id is null
            or role_side(a.role) = portal_side(portal_person(), a.case_id)
        )
    or exists (
        select from "case" as c
        where c.id = a.case_id and c.division = any ((select portal_divisions())::text[])
    );

-- The registry's question, at any moment and about anybody (null: everybody): the same views, asked
-- about then. Whatever happens inside, the moment is over when the function is.
create function portal_authority_at(who uuid, wanted uuid, moment timestamp with time zone)
returns table (
    "right" text, standing_id uuid, delegation_id uuid, principal_id uuid, role text,
    since timestamp with time zone, until timestamp with time zone, principal_name text,
    person_id uuid, person_name text, standing_since timestamp with time zone
)
language plpgsql volatile security definer set search_path = public set portal.moment = '' as $$
begin
    if not portal_administers(wanted) then
        return;
    end if;
    perform set_config('portal.moment', moment::text, true);
    return query
        select a."right", a.standing_id, a.delegation_id, a.principal_id, a.role, a.since, a.until,
            q.name, a.person_id, p.name, a.standing_since
        from authority as a
        join person as p on p.id = a.person_id
        join person as q on q.id = a.principal_id
        where a.case_id = wanted and (who is null or a.person_id = who)
            and (select opened_at <= moment from "case" where id = wanted);
end
$$;

-- Who lent me these cases; a case where I have standing of my own is not among them.
create function portal_lenders(cases uuid[]) returns table (case_id uuid, names text[])
language sql stable security definer set search_path = public
begin atomic
    select h.case_id, array_agg(distinct p.name order by p.name)
    from held_authority as h join person as p on p.id = h.principal_id
    where h.person_id = portal_person() and h.case_id = any (cases) and h."right" = 'see'
    group by h.case_id
    having bool_and(h.delegation_id is not null);
end;

-- A narrower loan takes the place of a wider one at once; nobody is asked again.
create function portal_narrow(narrower uuid) returns void
language plpgsql volatile security definer set search_path = public as $$
declare
    n delegation;
    o delegation;
begin
    select * into n from delegation where id = narrower;
    select * into o from delegation where id = n.replaces_id for no key update;
    if o.id is null or n.ended_at is not null or o.ended_at is not null
        or n.grantor_id <> o.grantor_id or n.grantor_id not in (select portal_principals())
        or n.team_id is distinct from o.team_id
        or n.invited_email is distinct from o.invited_email
        or not n.rights <@ o.rights or n.ends_at > o.ends_at or n.starts_at < o.starts_at
        or n.all_cases and not o.all_cases
        or not o.all_cases and exists (
            select from delegation_case as c where c.delegation_id = n.id and c.case_id not in (
                select case_id from delegation_case where delegation_id = o.id
            )
        )
    then
        raise exception 'only less than was lent takes its place unasked' using errcode = '42501';
    end if;
    insert into answer (delegation_id, person_id, accepted_at, declined_at, undertaking, last_used_at)
    select n.id, person_id, accepted_at, declined_at, undertaking, last_used_at from answer
    where delegation_id = o.id and ended_at is null;
    update delegation set ended_at = now(), ended_by = portal_person() where id = o.id;
end
$$;

-- A draft is its drafter's who may still prepare for the principal, and theirs who may file for the principal.
create function portal_drafts(wanted uuid, principal uuid, drafter uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from held_authority
    where person_id = portal_person() and case_id = wanted and principal_id = principal
        and ("right" = 'file' or "right" = 'prepare' and drafter = portal_person())
);

-- Who sees a case without reading it is told which right is missing for what was filed there.
create function portal_case_of_filed(wanted uuid) returns uuid
language sql stable security definer set search_path = public
return (
    select s.case_id from submission as s
    where s.id = coalesce(
            (select submission_id from document where id = wanted and removed_at is null), wanted
        )
        and s.filed_at is not null and s.case_id in (select portal_cases('see'))
);

-- How many drafts wait for this person's word.
create function portal_to_approve(person uuid) returns bigint
language sql stable security definer set search_path = public
return (
    select count(*) from approval as w
    where w.answered_at is null and exists (
        select from held_authority as h
        where h.person_id = person and h.case_id = w.case_id and h.principal_id = w.principal_id
            and h."right" = 'file'
    )
        -- Asked on every page: of all that wait anywhere, only theirs who can be meant.
        and w.principal_id in (
            select person
            union all
            select grantor_id from live_delegation
            where delegate_id = person and 'file' = any (rights)
        )
);

-- Policies of what changed.
drop policy party on delegation;
drop policy offered on delegation;
drop policy answered on delegation;
drop policy offered on delegation_case;
drop trigger delegation_answered on delegation;
drop function delegation_answered();
revoke update on delegation from portal_app;
alter table delegation drop column delegate_id;
alter table delegation drop column accepted_at;
alter table delegation drop column declined_at;
alter table delegation drop column last_used_at;
alter table standing drop column suspended_at;
alter table delegation
    add constraint delegation_lent_to_somebody check (num_nonnulls(team_id, invited_email) = 1),
    add constraint delegation_kind_known check (kind in ('loan', 'cover')),
    add constraint delegation_managed_whole check (all_cases or not rights @> array['delegate']),
    add constraint delegation_review_recorded check (num_nulls(reviewed_at, reviewed_by) in (0, 2)),
    add constraint delegation_team_id_fkey foreign key (team_id) references team (id),
    add constraint delegation_replaces_id_fkey foreign key (replaces_id) references delegation (id),
    add constraint delegation_ending_id_fkey foreign key (ending_id) references ending (id),
    add constraint delegation_reviewed_by_fkey foreign key (reviewed_by) references person (id);
create index delegation_team_id_index on delegation (team_id);
create index delegation_ending_id_index on delegation (ending_id);
create index entry_ending_index on entry ((facts ->> 'ending_id')) where facts ? 'ending_id';
create index entry_principal_id_at_index on entry (principal_id, at) where principal_id is not null;

do $$
declare
    name text;
begin
    foreach name in array array['team', 'membership', 'answer', 'ending', 'approval', 'acting',
        'suspension', 'reminder']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy system on %I to portal_system using (true) with check (true)',
            name);
        execute format('grant select, insert, update on %I to portal_system', name);
    end loop;
end
$$;
grant delete on approval to portal_system;
grant select, insert on team, membership, answer, ending, approval, acting, suspension to portal_app;
grant update (person_id, joined_at, declined_at, open_until) on membership to portal_app;
grant update (ended_at, ended_by, ending_id, reviewed_at, reviewed_by, open_until)
on delegation to portal_app;
grant update (last_used_at, ended_at, ended_by) on answer to portal_app;
grant update (answered_at, answered_by, answered_by_name, outcome, remark) on approval to portal_app;
grant update (principal_id, chosen_at) on acting to portal_app;
grant update (ended_at, ended_by) on suspension to portal_app;
grant select (principal_id, principal_name) on service to portal_app, portal_system;

create policy concerned on delegation for select to portal_app
using (
    grantor_id in (select portal_principals()) or invited_email = (select portal_address())
    or id in (select portal_answered()) or team_id in (select portal_teams())
);
-- One offers in one's own name, or in that of who lent the right to manage access, which is never lent on.
create policy offered on delegation for insert to portal_app
with check (
    offered_by = portal_person() and grantor_id in (select portal_principals())
    and ended_at is null and reviewed_at is null
    and (grantor_id = portal_person() or not rights @> array['delegate'])
    and exists (select portal_cases('delegate'))
);
create policy managed on delegation for update to portal_app
using (grantor_id in (select portal_principals()));
create policy offered on delegation_case for insert to portal_app
with check (
    case_id in (select portal_cases('delegate'))
    and exists (
        select from delegation as d
        where d.id = delegation_id and d.offered_by = portal_person() and d.ended_at is null
    )
);

create policy concerned on answer for select to portal_app
using (
    person_id = portal_person() or exists (
        select from delegation as d
        where d.id = delegation_id and d.grantor_id in (select portal_principals())
    )
);
create policy own on answer for insert to portal_app
with check (
    person_id = portal_person() and ended_at is null and last_used_at is null
    and portal_may_answer(delegation_id)
);
create policy concerned_ends on answer for update to portal_app
using (
    person_id = portal_person() or exists (
        select from delegation as d
        where d.id = delegation_id and d.grantor_id in (select portal_principals())
    )
);

-- What ended stays ended.
create function ended_once() returns trigger
language plpgsql as $$
begin
    if old.ended_at is not null and new.ended_at is distinct from old.ended_at then
        raise exception 'what ended stays ended' using errcode = '23514';
    end if;
    return new;
end
$$;
create trigger ended_once before update on delegation
for each row execute function ended_once();
create trigger ended_once before update on answer
for each row execute function ended_once();
create trigger ended_once before update on membership
for each row execute function ended_once();
create trigger ended_once before update on suspension
for each row execute function ended_once();

-- A team is known to its people, to whom it invited, and to who lends to it.
create policy known on team for select to portal_app
using (
    id in (select portal_teams())
    or exists (
        select from membership as m
        where m.team_id = team.id and m.declined_at is null and m.ended_at is null
    )
    or exists (select from delegation as d where d.team_id = team.id)
);
create policy started on team for insert to portal_app
with check (started_by = portal_person() and not (select portal_is_staff()));
-- The addresses that wait are for those who lead.
create policy concerned on membership for select to portal_app
using (
    team_id in (select portal_teams()) and (joined_at is not null or portal_leads(team_id))
    or person_id = portal_person() or invited_email = (select portal_address())
);
create policy invited on membership for insert to portal_app
with check (
    invited_by = portal_person() and declined_at is null and ended_at is null and (
        person_id = portal_person() and portal_begins_team(team_id)
        or portal_leads(team_id) and person_id is null and joined_at is null and leads_since is null
    )
);
-- Each answers for himself, in time; leading and leaving are functions.
create policy answered on membership for update to portal_app
using (
    invited_email = (select portal_address()) and num_nonnulls(joined_at, declined_at, ended_at) = 0
    and open_until > now()
)
with check (person_id = portal_person() or person_id is null and declined_at is not null);
create policy invited_again on membership for update to portal_app
using (portal_leads(team_id) and num_nonnulls(joined_at, declined_at, ended_at) = 0)
with check (portal_leads(team_id) and num_nonnulls(person_id, declined_at) = 0);

create policy concerned on ending for select to portal_app
using (grantor_id in (select portal_principals()) or ended_by = portal_person());
create policy made on ending for insert to portal_app
with check (ended_by = portal_person() and grantor_id in (select portal_principals()));

create policy drafts on approval for select to portal_app
using (
    case_id in (select portal_cases('see'))
    and exists (select from submission as s where s.id = submission_id)
    and portal_side(portal_person(), case_id) = portal_side(principal_id, case_id)
);
create policy asked on approval for insert to portal_app
with check (asked_by = portal_person() and portal_drafts(case_id, principal_id, portal_person()));
create policy answered on approval for update to portal_app
using (portal_drafts(case_id, principal_id, asked_by)) with check (answered_by = portal_person());

create policy own on acting for all to portal_app
using (person_id = portal_person())
with check (person_id = portal_person() and case_id in (select portal_cases('see')));

create policy administered on suspension for all to portal_app
using (portal_administers(case_id)) with check (portal_administers(case_id));

drop policy read on submission;
drop policy drafted on submission;
drop policy drafted_or_filed on submission;
drop function portal_drafts_for();
create policy read on submission for select to portal_app
using (
    case when filed_at is null
        then case_id in (select portal_cases('see'))
            and portal_drafts(case_id, principal_id, drafted_by)
        else case_id in (select portal_cases('read')) or portal_administers(case_id)
            or (filed_by = portal_person() and case_id in (select portal_cases('see')))
    end
);
create policy drafted on submission for insert to portal_app
with check (
    drafted_by = portal_person() and portal_drafts(case_id, principal_id, portal_person())
);
create policy drafted_or_filed on submission for update to portal_app
using (filed_at is null and portal_drafts(case_id, principal_id, drafted_by))
with check (portal_drafts(case_id, principal_id, drafted_by));

-- Who acts for one side is told to that side and to the registry.
drop policy seen on entry;
create policy seen on entry for select to portal_app
using (
    case_id in (select portal_cases('see')) and (
        act not like 'delegation.%' or facts ->> 'side' is null
        or facts ->> 'side' = portal_side(portal_person(), case_id)
    )
    or portal_administers(case_id)
);
drop policy recorded on entry;
create policy recorded on entry for insert to portal_app
with check (
    actor_id = portal_person()
    and (
        case_id in (select portal_cases('see')) or portal_administers(case_id)
        or (
            act in ('delegation.accepted', 'delegation.narrowed', 'delegation.ended')
            and case_id in (select portal_lent_cases((facts ->> 'delegation_id')::uuid))
        )
    )
);
