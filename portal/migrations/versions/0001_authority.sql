-- Who may do what, and the policies that make the database itself keep to it.
-- docs/decisions/0002-row-level-security-under-one-gate.md says why it is shaped this way.

-- The roles statements run as. The login role owns the tables and may become either.
do $$
begin
    if not exists (select from pg_roles where rolname = 'portal_app') then
        create role portal_app nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'portal_system') then
        create role portal_system nologin;
    end if;
end
$$;
grant portal_app, portal_system to current_user;

create function portal_person() returns uuid
language sql stable parallel safe
return nullif(current_setting('portal.person', true), '')::uuid;

-- What each capacity may do of its own (domain.md §2.4; designated representatives: IRPA 167(2)).
create function role_rights(role text) returns text[]
language sql immutable parallel safe
return case role
    when 'counsel' then array['see', 'read', 'prepare', 'file', 'receive', 'request', 'delegate']
    when 'ministers_counsel'
        then array['see', 'read', 'prepare', 'file', 'receive', 'request', 'delegate']
    when 'party' then array['see', 'read', 'prepare', 'file', 'receive', 'request']
    when 'designated_representative'
        then array['see', 'read', 'prepare', 'file', 'receive', 'request']
    else array[]::text[]
end;

-- On which side of a case a capacity stands: nobody acts on both.
create function role_side(role text) returns text
language sql immutable parallel safe
return case role when 'ministers_counsel' then 'minister' else 'person' end;

-- Standing, and what is lent out of it. Evaluated with the database's clock: nothing expires by job.
create view live_standing as
select id, person_id, case_id, role, starts_at, ends_at from standing
where starts_at <= now() and (ends_at is null or ends_at > now())
    and ended_how is null and suspended_at is null;

create view live_delegation as
select id, grantor_id, delegate_id, rights, all_cases, accepted_at, ends_at from delegation
where accepted_at is not null and ended_at is null
    and starts_at <= now() and ends_at > now()
    and greatest(accepted_at, starts_at, last_used_at) > now() - interval '90 days';

-- Which standing a live delegation reaches: its grantor's own, of a kind that may be lent from.
create view lent_standing as
select d.id as delegation_id, d.delegate_id, d.rights, d.accepted_at, d.ends_at as lent_until, s.*
from live_delegation as d
join live_standing as s on s.person_id = d.grantor_id
where 'delegate' = any (role_rights(s.role))
    and (d.all_cases or exists (
        select from delegation_case as dc where dc.delegation_id = d.id and dc.case_id = s.case_id
    ));

create view held_authority as
select s.person_id, s.case_id, r."right", s.id as standing_id,
    null::uuid as delegation_id, s.person_id as principal_id,
    s.role, s.starts_at as since, s.ends_at as until
from live_standing as s
cross join lateral unnest(role_rights(s.role)) as r ("right")
union all
select s.delegate_id, s.case_id, r."right", s.id, s.delegation_id, s.person_id,
    s.role, s.accepted_at, least(s.lent_until, s.ends_at)
from lent_standing as s
cross join lateral unnest(s.rights) as r ("right")
where r."right" = any (role_rights(s.role))
    -- Lent by both sides of one case, or by the side against one's own: neither counts.
    and not exists (
        select from live_standing as own
        where own.person_id = s.delegate_id and own.case_id = s.case_id
            and role_side(own.role) <> role_side(s.role)
    )
    and not exists (
        select from lent_standing as other
        where other.delegate_id = s.delegate_id and other.case_id = s.case_id
            and role_side(other.role) <> role_side(s.role)
    );

-- The whole truth: the registry's own access is a standing too, by division.
create view authority as
select * from held_authority
union all
select p.person_id, c.id, r."right", null::uuid, null::uuid, p.person_id,
    'registry', p.starts_at, p.ends_at
from posting as p
join "case" as c on c.division = p.division
cross join unnest(array['see', 'read', 'administer']) as r ("right")
where p.starts_at <= now() and (p.ends_at is null or p.ends_at > now());

-- The three questions policies ask. They run as their owner, so that asking needs no privilege,
-- and are called uncorrelated, so that a statement asks once.
create function portal_cases(wanted text) returns setof uuid
language sql stable security definer set search_path = public rows 200
begin atomic
    select case_id from held_authority where person_id = portal_person() and "right" = wanted;
end;

create function portal_divisions() returns text[]
language sql stable security definer set search_path = public
return (
    select coalesce(array_agg(division), '{}') from posting
    where person_id = portal_person() and starts_at <= now() and (ends_at is null or ends_at > now())
);

create function portal_is_staff() returns boolean
language sql stable
return portal_divisions() <> '{}';

-- The address that offers reach me at.
create function portal_address() returns text
language sql stable security definer set search_path = public
return (select email from account where person_id = portal_person());

-- The cases a delegation covers, begun or not: for the two it is between, and nobody else.
create function portal_lent_cases(lent uuid) returns setof uuid
language sql stable security definer set search_path = public rows 50
begin atomic
    select s.case_id from delegation as d
    join live_standing as s on s.person_id = d.grantor_id
    where d.id = lent and 'delegate' = any (role_rights(s.role))
        and (d.grantor_id = portal_person() or d.delegate_id = portal_person())
        and (d.all_cases or exists (
            select from delegation_case as dc where dc.delegation_id = lent and dc.case_id = s.case_id
        ));
end;

-- Whether accepting would put me on both sides of a case, or the registry's.
create function portal_conflicts(lent uuid) returns boolean
language sql stable security definer set search_path = public
return portal_divisions() <> '{}' or exists (
    select from delegation as d
    join live_standing as s on s.person_id = d.grantor_id
    where d.id = lent
        and (d.all_cases or exists (
            select from delegation_case as dc where dc.delegation_id = lent and dc.case_id = s.case_id
        ))
        and exists (
            select from live_standing as mine
            where mine.case_id = s.case_id and role_side(mine.role) <> role_side(s.role)
                and (mine.person_id = portal_person() or exists (
                    select from delegation as d2
                    where d2.grantor_id = mine.person_id and d2.delegate_id = portal_person()
                        and d2.accepted_at is not null and d2.ended_at is null and d2.ends_at > now()
                        and (d2.all_cases or exists (
                            select from delegation_case as dc
                            where dc.delegation_id = d2.id and dc.case_id = s.case_id
                        ))
                ))
        )
);

-- Somebody is known to me when we share a case, or one of us lent or offered the other something.
create function portal_knows(other uuid) returns boolean
language sql stable security definer set search_path = public
return other = portal_person()
    or exists (select from person where id = other and calling = 'registry')
    or exists (
        select from held_authority
        where person_id = other and case_id in (select portal_cases('see'))
    )
    or exists (
        select from delegation
        where (grantor_id = portal_person() and delegate_id = other)
            or (grantor_id = other and delegate_id = portal_person())
            or (grantor_id = other and invited_email = portal_address())
    );

-- The names come with it: who shares a case is known by name, and asked one by one that is slow.
create view visible_authority with (security_barrier) as
select a.*, p.name as person_name, q.name as principal_name
from authority as a
join person as p on p.id = a.person_id
join person as q on q.id = a.principal_id
where a.person_id = portal_person()
    or a.case_id in (select portal_cases('see'))
    or exists (
        select from "case" as c
        where c.id = a.case_id and c.division = any ((select portal_divisions())::text[])
    );

-- Every entry is chained to the one before it on its case. The trigger alone sets number, time,
-- previous and hash; holding the case's lock it sees the true last entry whoever asks.
create function entry_text(e entry) returns text
language sql stable
return concat_ws(e'\n', coalesce(encode(e.previous, 'hex'), ''), e.case_id, e.number,
    (extract(epoch from e.at) * 1000000)::bigint, e.act, coalesce(e.actor_id::text, ''),
    e.actor_name, coalesce(e.principal_id::text, ''), coalesce(e.principal_name, ''),
    coalesce(e.delegation_id::text, ''), e.facts::text);

create function entry_chain() returns trigger
language plpgsql security definer set search_path = public as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtextextended(new.case_id::text, 7));
    select number, hash into last from entry
    where case_id = new.case_id order by number desc limit 1;
    new.number := coalesce(last.number, 0) + 1;
    new.previous := last.hash;
    new.at := clock_timestamp();
    new.hash := sha256(convert_to(entry_text(new), 'UTF8'));
    return new;
end
$$;
create trigger entry_chain before insert on entry for each row execute function entry_chain();

-- Policies. `portal_system` (jobs) is let through by a policy, not by bypass.
do $$
declare
    name text;
begin
    foreach name in array array['person', 'account', 'posting', 'case', 'party', 'standing',
        'delegation', 'delegation_case', 'hearing', 'submission', 'document', 'notice', 'service',
        'attempt', 'entry', 'invitation', 'session']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy system on %I to portal_system using (true) with check (true)',
            name);
    end loop;
end
$$;
grant select, insert, update on all tables in schema public to portal_system;
grant delete on document, submission, session, invitation to portal_system;
revoke update, delete, truncate on entry from portal_system;

grant select on visible_authority to portal_app;
grant select on person, posting, "case", party, standing, delegation, delegation_case, hearing,
    submission, document, notice, service, attempt, entry to portal_app;
grant insert on person, account, posting, "case", party, standing, delegation, delegation_case,
    hearing, submission, document, notice, service, attempt, entry, invitation to portal_app;
grant update on person, account, "case", party, standing, hearing, submission, document, notice,
    service, attempt to portal_app;
grant update (delegate_id, accepted_at, declined_at, ended_at, ended_by, last_used_at) on delegation
    to portal_app;
grant select (person_id, email, mail_failed_at, mail_failure) on account to portal_app;
grant select (id, email, invited_by, invited_at, ends_at, used_at, person_id, mailed_at,
    mail_failed_at) on invitation to portal_app;
grant select (id, person_id, began_at, seen_at, ends_at, ended_at), update (ended_at) on session
    to portal_app;

create policy known on person for select to portal_app
using ((select portal_is_staff()) or portal_knows(id));
create policy by_staff on person for insert to portal_app with check ((select portal_is_staff()));
create policy own on person for update to portal_app using (id = portal_person());

create policy own on account for select to portal_app
using (person_id = portal_person() or (select portal_is_staff()));
create policy by_staff on account for insert to portal_app with check ((select portal_is_staff()));
create policy own_or_by_staff on account for update to portal_app
using (person_id = portal_person() or (select portal_is_staff()));

create policy own on session for all to portal_app using (person_id = portal_person());
create policy own on invitation for all to portal_app using (invited_by = portal_person())
with check (invited_by = portal_person());
create policy own on posting for select to portal_app
using (person_id = portal_person() or (select portal_is_staff()));

create policy seen on "case" for select to portal_app
using (id in (select portal_cases('see')) or division = any ((select portal_divisions())::text[]));
create policy opened on "case" for insert to portal_app
with check (division = any ((select portal_divisions())::text[]));
create policy administered on "case" for update to portal_app
using (division = any ((select portal_divisions())::text[]));

-- Looking for a case by title, name, file number or UCI: every word must be in it, whatever its
-- case, accents or dashes. It asks whose cases they are once, where policies would ask row by row
-- (2,000 cases: 35 ms for 60 to 120), and tells no more than which of mine match.
create function portal_folded(said text) returns text
language sql immutable parallel safe
return case when octet_length(said) = length(said) then lower(said) else regexp_replace(
    normalize(translate(lower(said), '’‐‑', '''--'), NFD), U&'[\0300-\036f]', '', 'g'
) end;

create function portal_found(words text[]) returns setof uuid
language sql stable security definer set search_path = public rows 20
begin atomic
    select c.id from "case" as c
    left join lateral (
        select string_agg(concat_ws(
            ' ', p.name, p.file_number, p.uci, translate(concat(p.file_number, ' ', p.uci), '-', '')
        ), ' ') as parties
        from party as p where p.case_id = c.id
    ) as joined on true
    cross join lateral (
        select portal_folded(concat_ws(' ', c.title, joined.parties)) as whole offset 0
    ) as said
    where (
            c.division = any ((select portal_divisions())::text[])
            or c.id in (select portal_cases('see'))
        )
        and (
            select bool_and(strpos(said.whole, portal_folded(word)) > 0)
            from unnest(words) as asked (word)
        );
end;

-- A staff member's divisions, asked through the case. Policies below read it as a sub-select.
create function portal_administers(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from "case" where id = wanted and division = any ((select portal_divisions())::text[])
);

do $$
declare
    name text;
begin
    foreach name in array array['party', 'standing', 'hearing']
    loop
        execute format('create policy seen on %I for select to portal_app using (
            case_id in (select portal_cases(''see'')) or portal_administers(case_id))', name);
        execute format('create policy administered on %I for all to portal_app
            using (portal_administers(case_id)) with check (portal_administers(case_id))', name);
    end loop;
    foreach name in array array['notice', 'service', 'attempt']
    loop
        execute format('create policy administered on %I for all to portal_app
            using (portal_administers(case_id)) with check (portal_administers(case_id))', name);
        -- Nobody needs to read where a mail went to: couriers (portal_system) do, people do not.
        execute format('revoke select on %I from portal_app', name);
        execute (
            select format('grant select (%s) on %I to portal_app',
                string_agg(quote_ident(column_name), ', '), name)
            from information_schema.columns
            where table_schema = 'public' and table_name = name and column_name <> 'address'
        );
    end loop;
end
$$;

-- The Minister's side and the person's side do not see what is told to the other.
create function portal_side(person uuid, wanted uuid) returns text
language sql stable security definer set search_path = public
return case when exists (
    select from standing as s
    where s.case_id = wanted and s.role = 'ministers_counsel' and (
        s.person_id = person
        or s.person_id in (select grantor_id from delegation where delegate_id = person)
    )
) then 'minister' else 'person' end;

create policy read on service for select to portal_app
using (
    person_id = portal_person() and case_id in (select portal_cases('see'))
    or case_id in (select portal_cases('read'))
        and portal_side(person_id, case_id) = portal_side(portal_person(), case_id)
);
create policy read on notice for select to portal_app
using (exists (select from service as s where s.notice_id = notice.id));
create policy read on attempt for select to portal_app
using (exists (select from service as s where s.id = service_id));
-- Opening and acknowledging are the reader's acts.
create policy opened on service for update to portal_app
using (case_id in (select portal_cases('read')));

-- Who sees a case without reading it is told which right is missing, not that nothing is there.
create function portal_case_of_service(wanted uuid) returns uuid
language sql stable security definer set search_path = public
return (
    select case_id from service
    where id = wanted and case_id in (select portal_cases('see'))
);

create policy seen on entry for select to portal_app
using (case_id in (select portal_cases('see')) or portal_administers(case_id));
-- A loan that has not begun, or has run out, is accepted and ended on its cases all the same.
create policy recorded on entry for insert to portal_app
with check (
    actor_id = portal_person()
    and (
        case_id in (select portal_cases('see')) or portal_administers(case_id)
        or (
            act in ('delegation.accepted', 'delegation.ended')
            and case_id in (select portal_lent_cases((facts ->> 'delegation_id')::uuid))
        )
    )
);

-- A draft is its drafter's and its principal's, and theirs who may file in the principal's name.
create function portal_drafts_for() returns setof uuid
language sql stable security definer set search_path = public rows 5
begin atomic
    select distinct principal_id from held_authority
    where person_id = portal_person() and "right" = 'file';
end;
create policy read on submission for select to portal_app
using (
    case when filed_at is null
        then case_id in (select portal_cases('see'))
            and (drafted_by = portal_person() or principal_id in (select portal_drafts_for()))
        else case_id in (select portal_cases('read')) or portal_administers(case_id)
            or (filed_by = portal_person() and case_id in (select portal_cases('see')))
    end
);
create policy drafted on submission for insert to portal_app
with check (drafted_by = portal_person() and case_id in (select portal_cases('prepare')));
create policy drafted_or_filed on submission for update to portal_app
using (filed_at is null and case_id in (select portal_cases('prepare')))
with check (case_id in (select portal_cases('prepare')));

create policy read on document for select to portal_app
using (exists (select from submission as s where s.id = submission_id));
create policy kept on document for insert to portal_app
with check (kept_by = portal_person() and case_id in (select portal_cases('prepare')));
create policy described on document for update to portal_app
using (exists (select from submission as s where s.id = submission_id and s.filed_at is null));

create policy party on delegation for select to portal_app
using (
    grantor_id = portal_person() or delegate_id = portal_person()
    or invited_email = (select portal_address())
);
-- One offers in one's own name, to an address; who accepts is known when that person does.
create policy offered on delegation for insert to portal_app
with check (
    offered_by = portal_person() and grantor_id = portal_person() and delegate_id is null
    and accepted_at is null and exists (select portal_cases('delegate'))
);
create policy answered on delegation for update to portal_app
using (
    grantor_id = portal_person() or delegate_id = portal_person()
    or invited_email = (select portal_address())
);
create policy party on delegation_case for select to portal_app
using (exists (select from delegation as d where d.id = delegation_id));
create policy offered on delegation_case for insert to portal_app
with check (
    case_id in (select portal_cases('delegate'))
    and exists (
        select from delegation as d
        where d.id = delegation_id and d.grantor_id = portal_person() and d.accepted_at is null
    )
);

-- What was lent, and to whom it was offered, never changes; only the invited person answers, once.
create function delegation_answered() returns trigger
language plpgsql as $$
begin
    if old.ended_at is not null and new.ended_at is distinct from old.ended_at
        or old.accepted_at is not null and new.accepted_at is distinct from old.accepted_at
        or old.delegate_id is not null and new.delegate_id is distinct from old.delegate_id
    then
        raise exception 'a delegation is accepted once and ended once' using errcode = '23514';
    end if;
    if portal_person() is not null and new.accepted_at is distinct from old.accepted_at
        and (new.delegate_id is distinct from portal_person()
            or old.ended_at is not null or old.declined_at is not null)
        or portal_person() is not null and new.delegate_id is distinct from old.delegate_id
        and new.delegate_id is distinct from portal_person()
    then
        raise exception 'a delegation is accepted by its delegate' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger delegation_answered before update on delegation
for each row execute function delegation_answered();

-- Jobs are deferred in the transaction that causes them, whoever that is; they hold ids only.
grant usage on all sequences in schema public to portal_app, portal_system;
grant select, insert on procrastinate_jobs, procrastinate_events to portal_app, portal_system;

-- Hold what my authority on a case hangs on until the transaction ends: an ending that commits
-- first is seen, one that comes later waits. Returns whether anything is left.
create function portal_hold(wanted uuid) returns boolean
language plpgsql volatile security definer set search_path = public as $$
begin
    perform from standing where case_id = wanted for share;
    perform from delegation where delegate_id = portal_person() for share;
    return exists (
        select from authority where case_id = wanted and person_id = portal_person()
    );
end
$$;
