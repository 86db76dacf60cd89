-- For whom a representative is designated, and why (IRPA 167(2); RPD Rules, r. 20): a person under 18,
-- until the 18th birthday begins where the registry office is; or one unable to appreciate the nature
-- of the proceedings, until the Division ends it.
create table designation (
    standing_id uuid not null,
    party_id uuid not null,
    case_id uuid not null,
    why text not null,
    began_at timestamp with time zone default now() not null,
    ends_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_how text,
    ended_by uuid,
    constraint designation_pkey primary key (standing_id, party_id),
    constraint designation_why_known check (why in ('minor', 'unable')),
    -- A minor's ends on a day that is known; the other may have one too.
    constraint designation_of_minor_ends check (why <> 'minor' or ends_at is not null),
    constraint designation_ending_recorded check (num_nulls(ended_at, ended_how, ended_by) in (0, 3)),
    constraint designation_standing_id_fkey foreign key (standing_id) references standing (id),
    constraint designation_party_id_fkey foreign key (party_id) references party (id),
    constraint designation_case_id_fkey foreign key (case_id) references "case" (id),
    constraint designation_ended_by_fkey foreign key (ended_by) references person (id)
);
create index designation_party_id_index on designation (party_id);
create index designation_case_id_index on designation (case_id);
create index designation_ends_at_index on designation (ends_at) where ended_at is null;

alter table designation enable row level security;
create policy system on designation to portal_system using (true) with check (true);
create policy seen on designation for select to portal_app
using (case_id in (select portal_cases('see')) or portal_administers(case_id));
create policy administered on designation for all to portal_app
using (portal_administers(case_id)) with check (portal_administers(case_id));
grant select, insert, update on designation to portal_app, portal_system;

-- It is of a representative and of a person of one case, never reaches past 18 for a minor (the day
-- itself is counted in Python; a day more allows for the zones), and ends once.
create function designation_made() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    if not exists (
        select from standing as s join party as p on p.case_id = s.case_id
        where s.id = new.standing_id and s.role = 'designated_representative'
            and p.id = new.party_id and s.case_id = new.case_id
            and (new.why <> 'minor' or new.ends_at <= p.born_on + interval '18 years 2 days')
    ) then
        raise exception 'a representative is designated for a person of the case, a minor until 18'
            using errcode = '23514';
    end if;
    if tg_op = 'UPDATE' and old.ended_at is not null and new is distinct from old then
        raise exception 'a designation is ended once' using errcode = '23514';
    end if;
    return new;
end
$$;
create trigger designation_made before insert or update on designation
for each row execute function designation_made();

-- The place in the case lasts as long as the last person is represented: `authority` asks it with the
-- database's clock in every statement, so that access is gone with the first moment of the birthday.
create function designation_counts() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    update standing as s set ends_at = d.until
    from (
        select case when bool_or(ends_at is null) then null else max(ends_at) end as until
        from designation where standing_id = new.standing_id and ended_at is null
        having count(*) > 0
    ) as d
    where s.id = new.standing_id and s.ended_how is null and s.ends_at is distinct from d.until;
    return null;
end
$$;
create trigger designation_counts after insert or update on designation
for each row execute function designation_counts();

-- Whom a place in a case is for: a party for oneself and for minors of the family who have nobody of
-- their own; a representative for those designated. Where the registry named nobody, as before this
-- table, for every minor and for whoever has no account.
create view represented as
select s.id as standing_id, s.person_id, s.case_id, p.id as party_id, p.name, s.role,
    coalesce(d.ends_at, s.ends_at) as until
from live_standing as s
join party as p on p.case_id = s.case_id
left join designation as d on d.standing_id = s.id and d.party_id = p.id
where case
    when s.role = 'party' then p.person_id = s.person_id or p.person_id is null and not exists (
        select from designation as o where o.party_id = p.id and o.ended_at is null
    )
    when s.role <> 'designated_representative' then false
    when exists (select from designation as o where o.standing_id = s.id)
        then d.ended_at is null and d.began_at is not null
            and (d.ends_at is null or d.ends_at > (select portal_now()))
    else p.person_id is null or p.born_on > (select portal_now())::date - interval '18 years'
end;

-- For the page of those who stand in several cases: whom each is about, and what is heard with it.
create function portal_represented()
returns table (case_id uuid, lead uuid, party_id uuid, name text, own boolean, until timestamptz)
language sql stable security definer set search_path = public rows 20
begin atomic
    select r.case_id, coalesce(c.joined_to, c.id), r.party_id, r.name, p.person_id = r.person_id,
        r.until
    from represented as r
    join "case" as c on c.id = r.case_id
    join party as p on p.id = r.party_id
    where r.person_id = portal_person()
    order by p.file_number;
end;
revoke execute on function portal_represented from public;
grant execute on function portal_represented to portal_app, portal_system;

-- Whom I represented until lately: I am told that it ended, and nothing of the case.
create function portal_represented_before(since timestamptz)
returns table (name text, why text, at timestamptz)
language sql stable security definer set search_path = public rows 5
begin atomic
    select p.name, case when d.ended_at is null then d.why end,
        coalesce(d.ended_at, d.ends_at)
    from designation as d
    join standing as s on s.id = d.standing_id
    join party as p on p.id = d.party_id
    where s.person_id = portal_person()
        and coalesce(d.ended_at, d.ends_at) between since and (select portal_now())
    order by 3 desc, p.name;
end;
revoke execute on function portal_represented_before from public;
grant execute on function portal_represented_before to portal_app, portal_system;

-- An appeal: who represents an appellant in the claim goes on for that appellant, for the same reason
-- and no longer. A representative of others only has no place in it.
create or replace function portal_carry_to_appeal(key uuid, claim uuid, principal uuid, claimants uuid[],
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
            s.role = 'designated_representative' and case
                when exists (select from designation as d where d.standing_id = s.id)
                    then exists (
                        select from represented as r
                        where r.standing_id = s.id and r.party_id = any (claimants)
                    )
                else s.person_id = principal or exists (
                    select from party as p
                    where p.id = any (claimants)
                        and (p.person_id is null or p.born_on > (today - interval '18 years'))
                )
            end
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
    insert into designation (standing_id, party_id, case_id, why, ends_at)
    select n.id, o.party_id, key, d.why, d.ends_at
    from appellant as o
    join represented as r on r.party_id = o.claim_party_id and r.case_id = claim
    join designation as d on d.standing_id = r.standing_id and d.party_id = r.party_id
    join standing as n on n.case_id = key and n.person_id = r.person_id
        and n.role = 'designated_representative'
    where o.case_id = key;
end;
revoke execute on function portal_carry_to_appeal from public;

-- A representative is told, once thirty days before and once when it ends.
alter table reminder
    drop constraint reminder_kind_known,
    add constraint reminder_kind_known
    check (kind in ('approval', 'lapse', 'hearing', 'designation'));
