-- Appeals to the Refugee Appeal Division: the case that a notice of appeal opens, tied to the claim.

-- The last number given under each stem, such as TC6: office and year (domain.md §4).
create table appeal_number (
    stem text not null,
    last integer not null,
    constraint appeal_number_pkey primary key (stem)
);
alter table appeal_number enable row level security;

create table appeal (
    -- The appeal's own case; its id comes with the form that opened it.
    case_id uuid not null,
    claim_case_id uuid not null,
    decision_notice_id uuid,
    reasons_received_on date not null,
    received_how text not null,
    filed_at timestamp with time zone default now() not null,
    receipt text not null,
    filed_by uuid not null,
    filer_name text not null,
    principal_id uuid not null,
    principal_name text not null,
    delegation_id uuid,
    judged jsonb not null,
    late_reasons text,
    contact_confirmed_at timestamp with time zone,
    perfected_at timestamp with time zone,
    perfected_by uuid,
    perfection jsonb,
    constraint appeal_pkey primary key (case_id),
    constraint appeal_receipt_unique unique (receipt),
    constraint appeal_received_how_known check (received_how in ('set', 'deemed', 'stated')),
    constraint appeal_done_for_somebody_through_a_delegation check (
        (filed_by = principal_id) = (delegation_id is null)
    ),
    constraint appeal_perfection_recorded check (
        num_nulls(perfected_at, perfected_by, perfection) in (0, 3)
    ),
    constraint appeal_case_id_fkey foreign key (case_id) references "case" (id),
    constraint appeal_claim_case_id_fkey foreign key (claim_case_id) references "case" (id),
    constraint appeal_decision_notice_id_fkey foreign key (decision_notice_id) references notice (id),
    constraint appeal_filed_by_fkey foreign key (filed_by) references person (id),
    constraint appeal_principal_id_fkey foreign key (principal_id) references person (id),
    constraint appeal_delegation_id_fkey foreign key (delegation_id) references delegation (id),
    constraint appeal_perfected_by_fkey foreign key (perfected_by) references submission (id)
);
create index appeal_claim_case_id_index on appeal (claim_case_id);
create index appeal_perfected_by_index on appeal (perfected_by);
create index appeal_unperfected on appeal (filed_at) where perfected_at is null;

-- Each claimant who appeals: one appeal of each against one decision.
create table appellant (
    party_id uuid not null,
    case_id uuid not null,
    claim_party_id uuid not null,
    decision_notice_id uuid,
    constraint appellant_pkey primary key (party_id),
    constraint appellant_once unique nulls not distinct (claim_party_id, decision_notice_id),
    constraint appellant_party_id_fkey foreign key (party_id) references party (id),
    constraint appellant_case_id_fkey foreign key (case_id) references "case" (id),
    constraint appellant_claim_party_id_fkey foreign key (claim_party_id) references party (id),
    constraint appellant_decision_notice_id_fkey foreign key (decision_notice_id)
    references notice (id)
);
create index appellant_case_id_index on appellant (case_id);

-- Seen by those who see the appeal; by who filed it, whose receipt it is; and by the registry of the
-- claim, which owes the Division its record (RAD Rules, r. 21).
alter table appeal enable row level security;
create policy seen on appeal for select to portal_app
using (
    case_id in (select portal_cases('see'))
    or (filed_by = portal_person() and claim_case_id in (select portal_cases('see')))
    or ((select portal_is_staff()) and (
        portal_administers(case_id) or portal_administers(claim_case_id)
    ))
);
create policy perfected on appeal for update to portal_app
using (perfected_at is null and case_id in (select portal_cases('file')))
with check (case_id in (select portal_cases('file')));
create policy system on appeal to portal_system using (true) with check (true);
grant select, update (perfected_at, perfected_by, perfection) on appeal to portal_app;
grant select, insert, update on appeal to portal_system;

alter table appellant enable row level security;
create policy seen on appellant for select to portal_app
using (exists (select from appeal as a where a.case_id = appellant.case_id));
create policy system on appellant to portal_system using (true) with check (true);
grant select on appellant to portal_app;
grant select, insert on appellant to portal_system;

-- The decision that is appealed: the last that left and was not recalled.
create function portal_last_decision(claim uuid) returns uuid
language sql stable security definer set search_path = public
return (
    select id from notice
    where case_id = claim and kind = 'decision' and recalled_at is null and leaves_at <= now()
    order by issued_at desc limit 1
);
revoke execute on function portal_last_decision from public;

-- Who has appealed it already: told to the person's side and to nobody else, so that nobody files
-- twice. When and by whom, and never a number of the appeal.
create function portal_appealed(claim uuid)
returns table (claim_party_id uuid, filed_at timestamp with time zone, filer_name text)
language sql stable security definer set search_path = public rows 5
begin atomic
    select o.claim_party_id, a.filed_at, a.filer_name
    from appeal as a join appellant as o on o.case_id = a.case_id
    where a.claim_case_id = claim
        and a.decision_notice_id is not distinct from portal_last_decision(claim)
        and exists (
            select from held_authority as h
            where h.person_id = portal_person() and h.case_id = claim and h."right" = 'request'
                and role_side(h.role) = 'person'
        )
    order by a.filed_at;
end;
revoke execute on function portal_appealed from public;
grant execute on function portal_appealed to portal_app, portal_system;

-- The next free number under a stem, given to a party of a new case. Numbers that an officer has
-- typed for a claim are skipped: the prefix does not say whose Division it is.
create function portal_number_appellant(stem_wanted text, party_wanted uuid, of_case uuid, claimed uuid,
    spoken text) returns text
language plpgsql security definer set search_path = public as $$
declare
    next integer;
    given text;
begin
    loop
        insert into appeal_number as n (stem, last) values (stem_wanted, 1)
        on conflict (stem) do update set last = n.last + 1 returning n.last into next;
        insert into party (id, case_id, person_id, name, file_number, uci, born_on, interpretation)
        select party_wanted, of_case, p.person_id, p.name, stem_wanted || '-' || lpad(next::text, 5, '0'),
            p.uci, p.born_on, nullif(spoken, '')
        from party as p where p.id = claimed
        on conflict (file_number) do nothing
        returning file_number into given;
        if given is not null then return given; end if;
    end loop;
end
$$;
revoke execute on function portal_number_appellant from public;

-- Opens the appeal's case in the transaction of who files the notice, and carries over who goes on:
-- those who appeal; a representative, until the Division designates one (IRPA 167(2)); counsel only
-- by filing the notice (RAD Rules, r. 18). The Minister's counsel is not carried: the Minister
-- intervenes by a notice of his own (r. 4). False where another appeal was first, or this one is there.
create function portal_open_appeal(key uuid, claim uuid, principal uuid, lent uuid, claimants uuid[],
    stem text, title text, language text, spoken text, counsel boolean, facts jsonb)
returns boolean
language plpgsql volatile security definer set search_path = public as $$
declare
    place record;
    decided uuid;
    today date := (facts ->> 'filed_on')::date;
    one uuid;
    made uuid;
begin
    -- One filing on a claim at a time: who comes second sees what the first did.
    perform from "case" where id = claim for no key update;
    select array_agg(distinct role) as roles into place from held_authority
    where person_id = portal_person() and case_id = claim and "right" = 'request'
        and principal_id = principal and delegation_id is not distinct from lent
        and role_side(role) = 'person';
    if place.roles is null or not exists (select from "case" where id = claim and division = 'rpd')
        or coalesce(cardinality(claimants), 0) = 0
        or exists (
            select from unnest(claimants) as c (id)
            where not exists (select from party as p where p.id = c.id and p.case_id = claim)
        )
    then
        raise exception 'nobody appeals for whom he does not act' using errcode = '42501';
    end if;
    decided := portal_last_decision(claim);
    if exists (select from appeal where case_id = key) or exists (
        select from appellant
        where claim_party_id = any (claimants) and decision_notice_id is not distinct from decided
    ) then
        return false;
    end if;
    insert into "case" (id, division, office, title, language, opened_at, opened_by)
    select key, 'rad', c.office, portal_open_appeal.title, portal_open_appeal.language, now(),
        portal_person()
    from "case" as c where c.id = claim;
    insert into appeal (case_id, claim_case_id, decision_notice_id, reasons_received_on, received_how,
        receipt, filed_by, filer_name, principal_id, principal_name, delegation_id, judged,
        late_reasons, contact_confirmed_at)
    select key, claim, decided, (facts ->> 'reasons_received_on')::date, facts ->> 'received_how',
        facts ->> 'receipt', portal_person(), f.name, principal, p.name, lent, facts -> 'judged',
        facts ->> 'late_reasons',
        case when (facts ->> 'contact_confirmed')::boolean then now() end
    from person as f, person as p where f.id = portal_person() and p.id = principal;
    foreach one in array claimants loop
        made := gen_random_uuid();
        perform portal_number_appellant(stem, made, key, one, spoken);
        insert into appellant (party_id, case_id, claim_party_id, decision_notice_id)
        values (made, key, one, decided);
    end loop;
    perform portal_carry_to_appeal(key, claim, principal, claimants,
        counsel and 'counsel' = any (place.roles), today);
    return true;
end
$$;

-- The places of the claim that go on in the appeal, as its opening says why.
create function portal_carry_to_appeal(key uuid, claim uuid, principal uuid, claimants uuid[],
    counsel boolean, today date) returns void
language sql volatile security definer set search_path = public
begin atomic
    insert into standing (id, case_id, person_id, role, starts_at, ends_at, began_how, recorded_by)
    select gen_random_uuid(), key, c.person_id, c.role, now(), max(c.ends_at), max(c.how),
        portal_person()
    from (
        select s.person_id, s.role, s.ends_at, 'appellant: party to the claim' as how
        from live_standing as s
        where s.case_id = claim and s.role = 'party'
            and exists (
                select from party as p where p.id = any (claimants) and p.person_id = s.person_id
            )
        union all
        select s.person_id, 'designated_representative', s.ends_at,
            'from the claim, until the Division designates (IRPA 167(2))'
        from live_standing as s
        where s.case_id = claim and (
            s.role = 'designated_representative' and (
                s.person_id = principal or exists (
                    select from party as p
                    where p.id = any (claimants)
                        and (p.person_id is null or p.born_on > (today - interval '18 years'))
                )
            )
            -- A claimant who files for others only stands for them, as a representative does.
            or s.role = 'party' and s.person_id = principal and not exists (
                select from party as p where p.id = any (claimants) and p.person_id = s.person_id
            )
        )
        union all
        select principal, 'counsel', null, 'filed the notice of appeal (RAD Rules, r. 18)'
        where counsel
    ) as c
    group by c.person_id, c.role;
end;
revoke execute on function portal_carry_to_appeal from public;
revoke execute on function portal_open_appeal from public;
grant execute on function portal_open_appeal to portal_app, portal_system;

-- Who opens an appeal records it in the same transaction, whether it is his to see afterwards or not.
create policy recorded_at_opening on entry for insert to portal_app
with check (
    actor_id = portal_person() and exists (
        select from appeal as a
        where a.case_id = entry.case_id and a.filed_by = portal_person() and a.filed_at = now()
    )
);

-- Who was carried over: told to who opened the appeal, in the same transaction.
create function portal_carried(key uuid) returns table (name text, role text, how text)
language sql stable security definer set search_path = public rows 5
begin atomic
    select p.name, s.role, s.began_how
    from standing as s
    join person as p on p.id = s.person_id
    join appeal as a on a.case_id = s.case_id
    where s.case_id = key and a.filed_by = portal_person() and a.filed_at = now()
    order by s.role desc, p.name;
end;
revoke execute on function portal_carried from public;
grant execute on function portal_carried to portal_app, portal_system;

-- The numbers of an appeal: for its receipt, which who filed it keeps.
create function portal_appeal_numbers(key uuid) returns text[]
language sql stable security definer set search_path = public
return (
    select array_agg(p.file_number order by p.file_number) from party as p
    where p.case_id = key and exists (
        select from appeal as a where a.case_id = key and (
            a.filed_by = portal_person() and a.claim_case_id in (select portal_cases('see'))
            or a.case_id in (select portal_cases('see'))
            or portal_administers(a.case_id)
        )
    )
);
revoke execute on function portal_appeal_numbers from public;
grant execute on function portal_appeal_numbers to portal_app, portal_system;
