-- Receipts that anybody can check: by a file, by the fingerprint of the whole, by the paper itself.

-- Each receipt that was put on paper, by the hash of its bytes; a forged one is none of these.
create table receipt_paper (
    submission_id uuid not null,
    sha256 text not null,
    case_id uuid not null,
    made_at timestamp with time zone default now() not null,
    constraint receipt_paper_pkey primary key (submission_id, sha256),
    constraint receipt_paper_sha256_whole check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint receipt_paper_submission_id_fkey foreign key (submission_id)
    references submission (id),
    constraint receipt_paper_case_id_fkey foreign key (case_id) references "case" (id)
);
create index receipt_paper_case_id_index on receipt_paper (case_id);

alter table receipt_paper enable row level security;
grant select, insert on receipt_paper to portal_app, portal_system;
create policy system on receipt_paper to portal_system using (true) with check (true);
create policy read on receipt_paper for select to portal_app
using (exists (select from submission as s where s.id = submission_id));
create policy made on receipt_paper for insert to portal_app
with check (
    exists (
        select from submission as s
        where s.id = submission_id and s.case_id = receipt_paper.case_id and s.filed_at is not null
    )
);

-- What was received with a filing, whatever became of it since.
create function received_hashes(wanted uuid) returns text[]
language sql stable security definer set search_path = public
return (
    select array_agg(sha256 order by position, kept_at, id)
    from document where submission_id = wanted and removed_at is null
);

-- One hash over what a receipt states: its number, its moment and each file's own, a line each.
create function receipt_fingerprint(wanted uuid) returns text
language sql stable security definer set search_path = public
return (
    select encode(sha256(convert_to(
        concat_ws(
            e'\n',
            receipt,
            to_char(filed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            array_to_string(received_hashes(id), e'\n')
        ), 'UTF8'
    )), 'hex')
    from submission where id = wanted and filed_at is not null
);

-- For whoever holds both number and bytes: when they came in. It never says what or whose they are.
create function receipt_holds(number text, hash text)
returns table (filed_at timestamp with time zone, office text, what text)
language sql stable security definer set search_path = public rows 1
begin atomic
    select s.filed_at, c.office, found.what
    from submission as s
    join "case" as c on c.id = s.case_id
    cross join lateral (
        select case
            when hash = any (received_hashes(s.id)) then 'file'
            when hash = receipt_fingerprint(s.id) or exists (
                select from receipt_paper as p where p.submission_id = s.id and p.sha256 = hash
            ) then 'receipt'
        end as what
    ) as found
    where s.receipt = number and s.filed_at is not null and found.what is not null
    -- Filed for several cases it has as many copies: the first speaks for all.
    order by (s.package_id is null or s.package_id = s.id) desc limit 1;
end;
