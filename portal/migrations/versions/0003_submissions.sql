-- What a filer says of each file and of the filing, exhibit numbers, one filing for joined cases.

-- The other cases that a draft is for: emptied at filing, for not everybody on one may know of all.
alter table submission add column also_for uuid[] default '{}' not null;
-- Filed for several cases: the first of its copies, itself included.
alter table submission add column package_id uuid;
alter table submission add constraint submission_package_id_fkey
foreign key (package_id) references submission (id);
create index submission_package_id_index on submission (package_id) where package_id is not null;
-- How, when and to whom a copy was given; why it comes after its limit.
alter table submission add column served_to text;
alter table submission add column served_how text;
alter table submission add column served_on date;
alter table submission add column late_reasons text;
-- One receipt for all copies, one copy a case.
alter table submission drop constraint submission_receipt_unique;
alter table submission add constraint submission_receipt_case_id_unique unique (receipt, case_id);
create unique index submission_receipt_first on submission (receipt)
where package_id is null or package_id = id;

alter table document add column exhibit text;
alter table document add constraint document_case_id_exhibit_unique unique (case_id, exhibit);
-- Of a file that is neither in English nor in French: its language by name, and the declaration.
alter table document add column other_language text;
alter table document add column translator text;
alter table document add column translated_on date;
alter table document add column translation_accurate boolean default false not null;
alter table document add column translation_id uuid;
alter table document add constraint document_translation_id_fkey
foreign key (translation_id) references document (id) on delete set null;
create index document_translation_id_index on document (translation_id)
where translation_id is not null;
-- Copies for joined cases share their bytes.
alter table document drop constraint document_object_key_unique;
alter table document add constraint document_object_key_case_id_unique unique (object_key, case_id);

-- The last exhibit number of each letter in a case, sealed ones counted: {"C": 3, "M": 1}.
create function portal_last_exhibits(wanted uuid) returns jsonb
language sql stable security definer set search_path = public
return (
    select coalesce(jsonb_object_agg(letter, last), '{}')
    from (
        select split_part(exhibit, '-', 1) as letter, max(split_part(exhibit, '-', 2)::int) as last
        from document
        where case_id = wanted and exhibit is not null
            and (portal_person() is null or wanted in (select portal_cases('see')))
        group by 1
    ) as letters
);

-- The same bytes again are found by their hash, and not by reading a case for each file of a draft.
create index document_sha256_index on document (sha256);

-- What a draft of mine holds. Asked with every file that comes: the policy would ask of each file
-- that is there whether I may see it, and it is the same answer for all of them.
create function portal_held(wanted uuid, out files bigint, out size bigint, out last integer)
language sql stable security definer set search_path = public as $$
    select count(*) filter (where d.removed_at is null),
        coalesce(sum(d.size) filter (where d.removed_at is null), 0)::bigint,
        coalesce(max(d.position), 0)
    from document as d
    where d.submission_id = wanted and exists (
        select from submission as s
        where s.id = wanted and portal_drafts(s.case_id, s.principal_id, s.drafted_by)
    )
$$;

-- Whether I may file in this name on this case, through this loan or of my own right.
create function portal_files(wanted uuid, principal uuid, loan uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from held_authority
    where person_id = portal_person() and case_id = wanted and principal_id = principal
        and "right" = 'file' and delegation_id is not distinct from loan
);

-- Number the files of a draft that is being filed, in their order, after the last of the case.
create function portal_number(wanted uuid, letter text) returns void
language plpgsql volatile security definer set search_path = public as $$
declare
    draft submission;
    last integer;
begin
    select * into draft from submission where id = wanted and filed_at is null;
    if draft.id is null or not portal_drafts(draft.case_id, draft.principal_id, null) then
        raise exception 'only who files it numbers it' using errcode = '42501';
    end if;
    -- One filing at a time in a case; whoever files for several has their locks in order already.
    perform pg_advisory_xact_lock(hashtextextended(draft.case_id::text, 8));
    last := coalesce((portal_last_exhibits(draft.case_id) ->> letter)::int, 0);
    update document as d set exhibit = letter || '-' || last + placed.place
    from (
        select id, row_number() over (order by position, kept_at, id) as place
        from document where submission_id = wanted and removed_at is null
    ) as placed
    where d.id = placed.id;
end
$$;

-- The same filing on another case that is heard together with its own: same bytes, receipt, moment
-- and answers, a limit and numbers of its own. Only who files it, in the same transaction.
create function portal_file_also(first uuid, onto uuid, loan uuid, judged_there jsonb, letter text)
returns uuid
language plpgsql volatile security definer set search_path = public as $$
declare
    filed submission;
    made uuid := gen_random_uuid();
begin
    select * into filed from submission
    where id = first and filed_by = portal_person() and filed_at = now();
    if filed.id is null or filed.replaces_id is not null
        or not portal_files(onto, filed.principal_id, loan)
        or not exists (
            select from "case" as here join "case" as there
                on coalesce(here.joined_to, here.id) = coalesce(there.joined_to, there.id)
            where here.id = filed.case_id and there.id = onto and there.id <> here.id
        )
    then
        raise exception 'only who files it files it there too' using errcode = '42501';
    end if;
    update submission set package_id = id where id = first;
    insert into submission (id, case_id, package_id, drafted_by, drafter_name, drafted_at,
        principal_id, principal_name, delegation_id, served_to, served_how, served_on, late_reasons)
    values (made, onto, first, filed.drafted_by, filed.drafter_name, filed.drafted_at,
        filed.principal_id, filed.principal_name, loan, filed.served_to, filed.served_how,
        filed.served_on, filed.late_reasons);
    with copied as materialized (
        select id as old, gen_random_uuid() as new from document
        where submission_id = first and removed_at is null
    )
    insert into document (id, case_id, submission_id, position, name, type, title, language,
        other_language, translator, translated_on, translation_accurate, translation_id, size,
        pages, sha256, media_type, object_key, kept_at, kept_by, state, judged_at, reason, finding,
        scanned_size, scanned_with, scans_failed, scan_failure)
    select own.new, onto, made, d.position, d.name, d.type, d.title, d.language,
        d.other_language, d.translator, d.translated_on, d.translation_accurate, translation.new,
        d.size, d.pages, d.sha256, d.media_type, d.object_key, d.kept_at, d.kept_by, d.state,
        d.judged_at, d.reason, d.finding, d.scanned_size, d.scanned_with, d.scans_failed,
        d.scan_failure
    from copied as own
    join document as d on d.id = own.old
    left join copied as translation on translation.old = d.translation_id;
    perform portal_number(made, letter);
    update submission set receipt = filed.receipt, filed_at = filed.filed_at,
        filed_by = filed.filed_by, filer_name = filed.filer_name, judged = judged_there
    where id = made;
    return made;
end
$$;

-- What was filed before has its numbers too, in the order in which it came.
update document as d set exhibit = numbered.letter || '-' || numbered.place
from (
    select filed.id, filed.letter, row_number() over (
        partition by filed.case_id, filed.letter
        order by filed.filed_at, filed.receipt, filed.position, filed.kept_at, filed.id
    ) as place
    from (
        select d.id, d.case_id, d.position, d.kept_at, s.filed_at, s.receipt, case
            when portal_side(s.principal_id, s.case_id) = 'minister' then 'M'
            else case c.division when 'rpd' then 'C' when 'id' then 'P' else 'A' end
        end as letter
        from document as d
        join submission as s on s.id = d.submission_id
        join "case" as c on c.id = s.case_id
        where s.filed_at is not null and d.removed_at is null
    ) as filed
) as numbered
where d.id = numbered.id;
