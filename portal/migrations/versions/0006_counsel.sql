-- Counsel's coming and going: retainers that the registry is told of, and revocation by the client.

-- What was typed, compared with no case until an officer looks at it.
create table retainer (
    id uuid not null,
    asked_by uuid not null,
    asked_by_name text not null,
    asked_at timestamp with time zone default now() not null,
    division text not null,
    file_number text not null,
    family_name text,
    born_on date,
    member_of text,
    member_number text,
    client_signed_on date,
    limited_to text,
    case_id uuid,
    outcome text,
    remark text,
    answered_at timestamp with time zone,
    answered_by uuid,
    answered_by_name text,
    constraint retainer_pkey primary key (id),
    constraint retainer_outcome_known check (outcome in ('recorded', 'refused')),
    constraint retainer_names_somebody check (num_nonnulls(family_name, born_on) >= 1),
    constraint retainer_paid_or_not check (
        (member_of is null) = (member_number is null)
        and (member_of is null) <> (client_signed_on is null)
    ),
    constraint retainer_case_known
    check (outcome is distinct from 'recorded' or case_id is not null),
    constraint retainer_refusal_explained
    check (outcome is distinct from 'refused' or remark is not null),
    constraint retainer_answer_recorded
    check (num_nulls(outcome, answered_at, answered_by, answered_by_name) in (0, 4)),
    constraint retainer_asked_by_fkey foreign key (asked_by) references person (id),
    constraint retainer_case_id_fkey foreign key (case_id) references "case" (id),
    constraint retainer_answered_by_fkey foreign key (answered_by) references person (id)
);
create index retainer_asked_by_index on retainer (asked_by);
create index retainer_case_id_index on retainer (case_id);
create index retainer_waiting on retainer (division, asked_at) where outcome is null;

alter table retainer enable row level security;
create policy system on retainer to portal_system using (true) with check (true);
grant select, insert, update on retainer to portal_system;
grant select, insert on retainer to portal_app;
grant update (case_id, outcome, remark, answered_at, answered_by, answered_by_name) on retainer
to portal_app;
create policy own on retainer for select to portal_app using (asked_by = portal_person());
create policy asked on retainer for insert to portal_app
with check (
    asked_by = portal_person() and outcome is null and case_id is null
    and exists (select from person where id = portal_person() and calling = 'counsel')
);
create policy registry on retainer for select to portal_app
using (division = any ((select portal_divisions())::text[]));
create policy answered on retainer for update to portal_app
using (division = any ((select portal_divisions())::text[]));

-- Whether counsel of this case acts for me, or for whom I decide: a party or the representative.
create function portal_is_client(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from live_standing
    where person_id = portal_person() and case_id = wanted
        and role in ('party', 'designated_representative')
);

-- Revocation takes effect when the Division receives it (RPD Rules, r. 16): the client ends the
-- place of counsel, once, and changes nothing else of it.
create policy revoked on standing for update to portal_app
using (role = 'counsel' and portal_is_client(case_id))
with check (role = 'counsel' and portal_is_client(case_id));
create function standing_revoked() returns trigger
language plpgsql as $$
begin
    -- What the database does by itself, as when cases are joined, it does as its owner.
    if current_user <> 'portal_app' or portal_administers(old.case_id) then
        return new;
    end if;
    if old.ended_how is not null
        or new.ended_how is null or new.ended_by is distinct from portal_person()
        or new.ends_at > clock_timestamp()
        or to_jsonb(new) - array['ends_at', 'ended_how', 'ended_by']
            <> to_jsonb(old) - array['ends_at', 'ended_how', 'ended_by']
    then
        raise exception 'a client ends the place of counsel, and nothing else' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger standing_revoked before update on standing
for each row execute function standing_revoked();

-- Who was counsel is told that this ended, and what became of the wish to withdraw: by the notices
-- that say so, issued with the end or after it; and of the case nothing else.
create function portal_parting(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from notice as n
    join standing as s on s.case_id = n.case_id
    join service as v on v.notice_id = n.id and v.person_id = s.person_id
    where n.id = wanted and n.kind in ('counsel_changed', 'request_decided')
        and s.person_id = portal_person() and s.role = 'counsel'
        and s.ended_how is not null and s.ends_at <= n.issued_at
);
drop policy read on service;
create policy read on service for select to portal_app
using (
    placed_at <= now() and recalled_at is null and (
        person_id = portal_person()
            and (case_id in (select portal_cases('see')) or portal_parting(notice_id))
        or case_id in (select portal_cases('read'))
            and portal_side(person_id, case_id) = portal_side(portal_person(), case_id)
    )
);
drop policy opened on service;
create policy opened on service for update to portal_app
using (
    placed_at <= now() and recalled_at is null and (
        case_id in (select portal_cases('read'))
        or person_id = portal_person() and portal_parting(notice_id)
    )
);
create policy parted on entry for insert to portal_app
with check (
    act = 'notice.opened' and actor_id = portal_person()
    and portal_parting((entry.facts ->> 'notice_id')::uuid)
    and entry.case_id = (
        select n.case_id from notice as n where n.id = (entry.facts ->> 'notice_id')::uuid
    )
);

-- Whoever ends the place of counsel, the client too, lets go of the hearings to come: of those whose
-- place has ended, and of nobody else.
create function portal_release_counsel(wanted uuid, at timestamp with time zone) returns void
language sql security definer set search_path = public
begin atomic
    delete from booking as b
    where b.case_id = wanted and b.kind = 'counsel' and upper(b.during) > at
        and not exists (
            select from standing as s
            where s.case_id = wanted and s.person_id::text = b.resource
                and s.role in ('counsel', 'ministers_counsel') and s.ended_how is null
        );
end;
revoke execute on function portal_release_counsel from public;
grant execute on function portal_release_counsel to portal_app, portal_system;
