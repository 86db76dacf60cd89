-- After filing: the registry's reviews, replacements, withdrawals and seals. Nothing is erased: each
-- is a row of its own. `document` carries only what came of them, written by the triggers below.

alter table submission add column replaces_id uuid;
alter table submission add constraint submission_replaces_id_fkey
foreign key (replaces_id) references document (id);
create index submission_replaces_id_index on submission (replaces_id) where replaces_id is not null;

-- What was filed before the registry reviewed here has no review, and waits for none.
alter table document add column review text;
alter table document add column replaced_at timestamp with time zone;
alter table document add column withdrawn_at timestamp with time zone;
alter table document add column sealed_at timestamp with time zone;
alter table document add constraint document_review_known
check (review in ('due', 'accepted', 'correction', 'refused'));
create index document_review_due on document (case_id) where review = 'due';

-- What the registry said of one document; the latest counts.
create table review (
    id uuid not null,
    number bigint generated always as identity,
    document_id uuid not null,
    case_id uuid not null,
    outcome text not null,
    reason text,
    words text,
    reviewed_at timestamp with time zone default now() not null,
    reviewed_by uuid not null,
    reviewed_by_name text not null,
    constraint review_pkey primary key (id),
    constraint review_number_unique unique (number),
    constraint review_outcome_known check (outcome in ('accepted', 'correction', 'refused')),
    constraint review_reasoned check ((outcome = 'accepted') = (reason is null)),
    constraint review_document_id_fkey foreign key (document_id) references document (id),
    constraint review_case_id_fkey foreign key (case_id) references "case" (id),
    constraint review_reviewed_by_fkey foreign key (reviewed_by) references person (id)
);
create index review_document_id_index on review (document_id);
create index review_case_id_index on review (case_id);

-- Taken back: at once while the registry has not accepted it, else when the registry consents.
create table withdrawal (
    id uuid not null,
    document_id uuid not null,
    case_id uuid not null,
    why text not null,
    asked_at timestamp with time zone default now() not null,
    asked_by uuid not null,
    asked_by_name text not null,
    principal_name text,
    outcome text,
    answered_at timestamp with time zone,
    answered_by uuid,
    answered_by_name text,
    remark text,
    constraint withdrawal_pkey primary key (id),
    constraint withdrawal_outcome_known check (outcome in ('withdrawn', 'refused')),
    constraint withdrawal_answer_recorded check (num_nulls(outcome, answered_at) in (0, 2)),
    constraint withdrawal_answerer_recorded check (num_nulls(answered_by, answered_by_name) in (0, 2)),
    constraint withdrawal_document_id_fkey foreign key (document_id) references document (id),
    constraint withdrawal_case_id_fkey foreign key (case_id) references "case" (id),
    constraint withdrawal_asked_by_fkey foreign key (asked_by) references person (id),
    constraint withdrawal_answered_by_fkey foreign key (answered_by) references person (id)
);
create index withdrawal_case_id_index on withdrawal (case_id);
create unique index withdrawal_once on withdrawal (document_id) where outcome is distinct from 'refused';
create index withdrawal_waiting on withdrawal (case_id) where outcome is null;

-- While it lasts nobody sees the document but the registry and the people named.
create table seal (
    id uuid not null,
    document_id uuid not null,
    case_id uuid not null,
    why text not null,
    sealed_at timestamp with time zone default now() not null,
    sealed_by uuid not null,
    sealed_by_name text not null,
    lifted_at timestamp with time zone,
    lifted_by uuid,
    lifted_by_name text,
    constraint seal_pkey primary key (id),
    constraint seal_lifting_recorded check (num_nulls(lifted_at, lifted_by, lifted_by_name) in (0, 3)),
    constraint seal_document_id_fkey foreign key (document_id) references document (id),
    constraint seal_case_id_fkey foreign key (case_id) references "case" (id),
    constraint seal_sealed_by_fkey foreign key (sealed_by) references person (id),
    constraint seal_lifted_by_fkey foreign key (lifted_by) references person (id)
);
create index seal_case_id_index on seal (case_id);
create unique index seal_once on seal (document_id) where lifted_at is null;

create table seal_reader (
    seal_id uuid not null,
    person_id uuid not null,
    case_id uuid not null,
    name text not null,
    constraint seal_reader_pkey primary key (seal_id, person_id),
    constraint seal_reader_seal_id_fkey foreign key (seal_id) references seal (id),
    constraint seal_reader_person_id_fkey foreign key (person_id) references person (id),
    constraint seal_reader_case_id_fkey foreign key (case_id) references "case" (id)
);
create index seal_reader_person_id_index on seal_reader (person_id);
create index seal_reader_case_id_index on seal_reader (case_id);

-- Whether a sealed document is open to me: the registry's division, and who is named.
create function portal_opens(wanted uuid, wanted_case uuid) returns boolean
language sql stable security definer set search_path = public
return portal_administers(wanted_case) or exists (
    select from seal as s join seal_reader as r on r.seal_id = s.id
    where s.document_id = wanted and s.lifted_at is null and r.person_id = portal_person()
);

create function portal_shut(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from document as d
    where d.id = wanted and d.sealed_at is not null and not portal_opens(d.id, d.case_id)
);

-- The ids of what is sealed and not open to me. Sealed documents are few; asked once a statement.
create function portal_kept_from_me() returns jsonb
language sql stable security definer set search_path = public
return coalesce(
    (
        select jsonb_agg(s.document_id) from seal as s join "case" as c on c.id = s.case_id
        where s.lifted_at is null and c.division <> all (portal_divisions()) and not exists (
            select from seal_reader as r where r.seal_id = s.id and r.person_id = portal_person()
        )
    ),
    '[]'
);

-- Whether I may file in the name that this document was filed in.
create function portal_files_for(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from document as d
    join submission as s on s.id = d.submission_id
    join held_authority as a on a.case_id = s.case_id and a.principal_id = s.principal_id
    where d.id = wanted and s.filed_at is not null and a.person_id = portal_person()
        and a."right" = 'file' and (d.sealed_at is null or portal_opens(d.id, d.case_id))
);

-- A filer's proof of what was received outlasts a seal: fingerprint and size stay, the name does not.
create function portal_sealed_lines(wanted uuid)
returns table (place integer, size bigint, pages integer, sha256 text)
language sql stable security definer set search_path = public rows 1
begin atomic
    select d.position, d.size, d.pages, d.sha256
    from document as d join submission as s on s.id = d.submission_id
    where s.id = wanted and d.sealed_at is not null and d.removed_at is null
        and s.filed_at is not null and portal_person() in (s.filed_by, s.principal_id)
        and s.case_id in (select portal_cases('see')) and not portal_opens(d.id, d.case_id)
    order by d.position;
end;

-- How many documents an entry is about, as far as I may know: what is sealed is not counted.
create function portal_told_of(act text, facts jsonb) returns bigint
language sql stable security definer set search_path = public
return case
    when jsonb_typeof(facts -> 'documents') = 'array' then (
        select count(*) from jsonb_array_elements_text(facts -> 'documents') as one (id)
        where not portal_shut(one.id::uuid)
    )
    when act = 'submission.filed' then (facts ->> 'documents')::bigint - (
        select count(*) from document as d
        where d.submission_id = (facts ->> 'submission_id')::uuid and d.sealed_at is not null
            and d.removed_at is null and not portal_opens(d.id, d.case_id)
    )
end;

-- Each row takes its case from its document: whoever writes it cannot say another.
create function review_made() returns trigger
language plpgsql security definer set search_path = public as $$
declare
    found record;
begin
    select d.case_id, d.state, d.withdrawn_at, s.filed_at into found
    from document as d join submission as s on s.id = d.submission_id
    where d.id = new.document_id for update of d;
    -- Nobody accepts what nobody can read; what was taken back meanwhile needs no word.
    if found.filed_at is null or found.withdrawn_at is not null
        or new.outcome = 'accepted' and found.state <> 'clean'
    then
        return null;
    end if;
    new.case_id := found.case_id;
    return new;
end
$$;
create trigger review_made before insert on review for each row execute function review_made();

create function review_counts() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    update document set review = new.outcome where id = new.document_id;
    return null;
end
$$;
create trigger review_counts after insert on review for each row execute function review_counts();

create function withdrawal_made() returns trigger
language plpgsql security definer set search_path = public as $$
declare
    found record;
begin
    select d.case_id, d.review, d.withdrawn_at, s.filed_at into found
    from document as d join submission as s on s.id = d.submission_id
    where d.id = new.document_id for update of d;
    if found.filed_at is null or found.withdrawn_at is not null then
        return null;
    end if;
    new.case_id := found.case_id;
    -- Accepted is part of the file: only the registry takes it out again.
    if found.review is distinct from 'accepted' then
        new.outcome := 'withdrawn';
        new.answered_at := now();
    end if;
    return new;
end
$$;
create trigger withdrawal_made before insert on withdrawal
for each row execute function withdrawal_made();

create function withdrawal_counts() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    if new.outcome = 'withdrawn' then
        update document set withdrawn_at = new.answered_at where id = new.document_id;
    end if;
    return null;
end
$$;
create trigger withdrawal_counts after insert or update of outcome on withdrawal
for each row execute function withdrawal_counts();

create function seal_made() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    select d.case_id into new.case_id
    from document as d join submission as s on s.id = d.submission_id
    where d.id = new.document_id and s.filed_at is not null for update of d;
    return new;
end
$$;
create trigger seal_made before insert on seal for each row execute function seal_made();

create function seal_counts() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    update document set sealed_at = case when new.lifted_at is null then new.sealed_at end
    where id = new.document_id;
    return null;
end
$$;
create trigger seal_counts after insert or update of lifted_at on seal
for each row execute function seal_counts();

-- What a draft is to take the place of was filed in the same case and name.
create function submission_replaces() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    if not exists (
        select from document as d join submission as s on s.id = d.submission_id
        where d.id = new.replaces_id and s.filed_at is not null and s.case_id = new.case_id
            and s.principal_id = new.principal_id
            and (d.sealed_at is null or portal_person() is null or portal_opens(d.id, d.case_id))
    ) then
        raise exception 'only what was filed in this name is replaced' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger submission_replaces before insert or update of replaces_id on submission
for each row when (new.replaces_id is not null) execute function submission_replaces();

-- Filed: the registry has each of them to look at. What takes the place of a sealed document is
-- sealed for the same people from its first moment, or a correction would tell what the seal keeps.
create function submission_filed() returns trigger
language plpgsql security definer set search_path = public as $$
declare
    was seal;
    one uuid;
    made uuid;
begin
    update document
    set review = 'due', replaced_at = null, withdrawn_at = null, sealed_at = null
    where submission_id = new.id and removed_at is null;
    if new.replaces_id is null then
        return null;
    end if;
    update document set replaced_at = coalesce(replaced_at, new.filed_at) where id = new.replaces_id;
    select * into was from seal where document_id = new.replaces_id and lifted_at is null for share;
    if was.id is null then
        return null;
    end if;
    for one in
        select id from document
        where submission_id = new.id and removed_at is null order by position, kept_at
    loop
        made := gen_random_uuid();
        insert into seal (id, document_id, case_id, why, sealed_by, sealed_by_name)
        values (made, one, was.case_id, was.why, was.sealed_by, was.sealed_by_name);
        insert into seal_reader (seal_id, person_id, case_id, name)
        select made, person_id, case_id, name from seal_reader where seal_id = was.id;
        insert into entry (case_id, act, actor_name, facts)
        values (new.case_id, 'document.sealed', 'Dossier', jsonb_build_object(
            'document_id', one, 'names', (
                select coalesce(jsonb_agg(name order by name), '[]') from seal_reader
                where seal_id = made
            )
        ));
    end loop;
    return null;
end
$$;
create trigger submission_filed after update of filed_at on submission
for each row when (old.filed_at is null and new.filed_at is not null)
execute function submission_filed();

do $$
declare
    name text;
begin
    foreach name in array array['review', 'withdrawal', 'seal', 'seal_reader']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy system on %I to portal_system using (true) with check (true)',
            name);
        execute format('grant select, insert, update on %I to portal_system', name);
        execute format('grant select, insert on %I to portal_app', name);
    end loop;
end
$$;
-- What was said stays said.
revoke update on review, seal_reader from portal_system;
grant update (outcome, answered_at, answered_by, answered_by_name, remark) on withdrawal to portal_app;
grant update (lifted_at, lifted_by, lifted_by_name) on seal to portal_app;

-- Restrictive: whatever else shows a document, a seal hides it.
create policy sealed on document as restrictive for select to portal_app
using (sealed_at is null or portal_opens(id, case_id));
create policy sealed on submission as restrictive for select to portal_app
using (filed_at is not null or replaces_id is null or not portal_shut(replaces_id));
-- Entries about it too; a filing's own entry names no document.
create policy sealed on entry as restrictive for select to portal_app
using (
    (coalesce(facts -> 'document_id', facts -> 'documents') <@ (select portal_kept_from_me()))
    is not true
);

-- Who asks for what he sees but may not read is told so; of a sealed document he is told nothing.
create or replace function portal_case_of_filed(wanted uuid) returns uuid
language sql stable security definer set search_path = public
return (
    select s.case_id from submission as s
    where s.id = coalesce(
            (
                select submission_id from document
                where id = wanted and removed_at is null and sealed_at is null
            ),
            wanted
        )
        and s.filed_at is not null and s.case_id in (select portal_cases('see'))
);

-- An entry with a side is told to that side and to the registry: who acts for it, who read what.
drop policy seen on entry;
create policy seen on entry for select to portal_app
using (
    case_id in (select portal_cases('see')) and (
        facts ->> 'side' is null or facts ->> 'side' = portal_side(portal_person(), case_id)
    )
    or portal_administers(case_id)
);

-- Everybody who sees a document sees what came of it; why, the filer's side and the registry.
create policy concerned on review for select to portal_app
using (
    portal_administers(case_id) or exists (
        select from document as d join submission as s on s.id = d.submission_id
        where d.id = document_id
            and portal_side(s.principal_id, s.case_id) = portal_side(portal_person(), s.case_id)
    )
);
create policy administered on review for insert to portal_app
with check (reviewed_by = portal_person() and portal_administers(case_id));

create policy concerned on withdrawal for select to portal_app
using (
    portal_administers(case_id) or exists (
        select from document as d join submission as s on s.id = d.submission_id
        where d.id = document_id and (
            outcome = 'withdrawn'
            or portal_side(s.principal_id, s.case_id) = portal_side(portal_person(), s.case_id)
        )
    )
);
create policy filers on withdrawal for insert to portal_app
with check (asked_by = portal_person() and answered_by is null and portal_files_for(document_id));
create policy administered on withdrawal for update to portal_app
using (outcome is null and portal_administers(case_id))
with check (answered_by = portal_person());

create policy administered on seal for all to portal_app
using (portal_administers(case_id)) with check (portal_administers(case_id));
create policy named on seal for select to portal_app
using (lifted_at is null and portal_opens(document_id, case_id));
create policy administered on seal_reader for all to portal_app
using (portal_administers(case_id))
with check (
    portal_administers(case_id)
    and exists (select from seal as s where s.id = seal_id and s.case_id = seal_reader.case_id)
);
create policy named on seal_reader for select to portal_app
using (exists (select from seal as s where s.id = seal_id));
