-- What people ask of the registry, and what it decided. A request never changes: it is taken back, or
-- decided by a row of its own, which nobody outside the registry sees before its notice has left.
create table request (
    id uuid not null,
    case_id uuid not null,
    kind text not null,
    number text not null,
    facts jsonb not null,
    side text not null,
    principal_id uuid not null,
    principal_name text not null,
    delegation_id uuid,
    asked_by uuid not null,
    asker_name text not null,
    asked_at timestamp with time zone default now() not null,
    -- The limit it had to keep, as judged when it came: {"code", "due", "late", "from"}.
    judged jsonb,
    late_reasons text,
    submission_id uuid,
    -- Of a kind that takes effect by being received: nobody has to decide it.
    recorded_at timestamp with time zone,
    -- Written by the database, from the decision that counts.
    decided_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    withdrawn_by uuid,
    withdrawn_by_name text,
    constraint request_pkey primary key (id),
    constraint request_number_unique unique (number),
    constraint request_side_known check (side in ('person', 'minister')),
    constraint request_withdrawal_recorded
    check (num_nulls(withdrawn_at, withdrawn_by, withdrawn_by_name) in (0, 3)),
    constraint request_ends_once check (num_nonnulls(recorded_at, decided_at, withdrawn_at) < 2),
    constraint request_done_for_somebody_through_a_delegation
    check ((asked_by = principal_id) = (delegation_id is null)),
    constraint request_case_id_fkey foreign key (case_id) references "case" (id),
    constraint request_principal_id_fkey foreign key (principal_id) references person (id),
    constraint request_delegation_id_fkey foreign key (delegation_id) references delegation (id),
    constraint request_asked_by_fkey foreign key (asked_by) references person (id),
    constraint request_submission_id_fkey foreign key (submission_id) references submission (id),
    constraint request_withdrawn_by_fkey foreign key (withdrawn_by) references person (id)
);
create index request_case_id_index on request (case_id);
create index request_waiting on request (asked_at)
where recorded_at is null and decided_at is null and withdrawn_at is null;

-- A decision is told by one notice, and is undone with it, if that is recalled before it leaves.
create table request_decision (
    notice_id uuid not null,
    request_id uuid not null,
    case_id uuid not null,
    outcome text not null,
    -- In both languages, as its notice says it.
    why jsonb,
    facts jsonb default '{}' not null,
    decided_at timestamp with time zone default now() not null,
    decided_by uuid not null,
    decider_name text not null,
    constraint request_decision_pkey primary key (notice_id),
    constraint request_decision_outcome_known check (outcome in ('granted', 'refused', 'recorded')),
    constraint request_decision_refusal_reasoned check (outcome <> 'refused' or why is not null),
    -- The decision comes first and holds the request; its notice follows in the same transaction.
    constraint request_decision_notice_id_fkey foreign key (notice_id) references notice (id)
    deferrable initially deferred,
    constraint request_decision_request_id_fkey foreign key (request_id) references request (id),
    constraint request_decision_case_id_fkey foreign key (case_id) references "case" (id),
    constraint request_decision_decided_by_fkey foreign key (decided_by) references person (id)
);
create index request_decision_request_id_index on request_decision (request_id);
create index request_decision_case_id_index on request_decision (case_id);

-- Papers that go with a request are a draft until it is sent: what was typed so far waits with them.
alter table submission add column with_request jsonb;

-- Whether I may ask in this name on this case, through this loan or of my own right.
create function portal_asks(wanted uuid, principal uuid, loan uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from held_authority
    where person_id = portal_person() and case_id = wanted and principal_id = principal
        and "right" = 'request' and delegation_id is not distinct from loan
);

-- The same through whichever loan: what one delegate asked, another of the same principal takes back.
create function portal_asks_for(wanted uuid, principal uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from held_authority
    where person_id = portal_person() and case_id = wanted and principal_id = principal
        and "right" = 'request'
);

-- Whoever comes second, an officer who decides or a person who takes it back, finds it over.
create function request_decision_made() returns trigger
language plpgsql security definer set search_path = public as $$
declare
    asked request;
begin
    select * into asked from request where id = new.request_id for update;
    if asked.id is null or num_nonnulls(asked.recorded_at, asked.decided_at, asked.withdrawn_at) > 0
    then
        return null;
    end if;
    new.case_id := asked.case_id;
    if portal_person() is not null and not portal_administers(asked.case_id) then
        raise exception 'only the registry decides' using errcode = '42501';
    end if;
    update request set decided_at = new.decided_at where id = asked.id;
    return new;
end
$$;
create trigger request_decision_made before insert on request_decision
for each row execute function request_decision_made();

-- A notice that was recalled before it left never was: what it decided waits again.
create function notice_recalled() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    update request set decided_at = null
    where id = (select d.request_id from request_decision as d where d.notice_id = new.id)
        and new.recalled_at < new.leaves_at;
    return null;
end
$$;
create trigger notice_recalled after update of recalled_at on notice
for each row when (old.recalled_at is null and new.recalled_at is not null)
execute function notice_recalled();

alter table request enable row level security;
alter table request_decision enable row level security;
create policy system on request to portal_system using (true) with check (true);
create policy system on request_decision to portal_system using (true) with check (true);
grant select, insert, update on request to portal_system;
grant select, insert on request_decision to portal_system;
grant select, insert on request, request_decision to portal_app;
grant update (withdrawn_at, withdrawn_by, withdrawn_by_name) on request to portal_app;

create policy concerned on request for select to portal_app
using (
    case_id in (select portal_cases('see')) and side = portal_side(portal_person(), case_id)
    or ((select portal_is_staff()) and portal_administers(case_id))
);
create policy asked on request for insert to portal_app
with check (
    asked_by = portal_person() and decided_at is null and withdrawn_at is null
    and side = portal_side(portal_person(), case_id)
    and portal_asks(case_id, principal_id, delegation_id)
);
create policy taken_back on request for update to portal_app
using (
    recorded_at is null and decided_at is null and withdrawn_at is null
    and portal_asks_for(case_id, principal_id)
)
with check (withdrawn_by = portal_person());

create policy told on request_decision for select to portal_app
using (
    portal_has_left(notice_id)
    and exists (select from request as r where r.id = request_id and r.decided_at is not null)
    or ((select portal_is_staff()) and portal_administers(case_id))
);
create policy decided on request_decision for insert to portal_app
with check (decided_by = portal_person() and portal_administers(case_id));
