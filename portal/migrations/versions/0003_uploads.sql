-- Files that come in pieces. How much of one has come only the object store says, never a column;
-- once it is whole, it is the document of the same id, and this row is gone.
create table upload (
    id uuid not null,
    case_id uuid not null,
    submission_id uuid not null,
    begun_by uuid not null,
    begun_at timestamp with time zone default now() not null,
    name text not null,
    size bigint not null,
    -- When the sender's machine says the file was last changed: the same file is known again by it.
    modified text,
    object_key text not null,
    ends_at timestamp with time zone not null,
    constraint upload_pkey primary key (id),
    constraint upload_object_key_unique unique (object_key),
    constraint upload_size_positive check (size > 0),
    constraint upload_case_id_fkey foreign key (case_id) references "case" (id),
    constraint upload_submission_id_fkey foreign key (submission_id) references submission (id)
    on delete cascade,
    constraint upload_begun_by_fkey foreign key (begun_by) references person (id)
);
create index upload_case_id_index on upload (case_id);
create index upload_submission_id_index on upload (submission_id);
create index upload_ends_at_index on upload (ends_at);

alter table upload enable row level security;
create policy system on upload to portal_system using (true) with check (true);
grant select, insert, update, delete on upload to portal_system;

-- Whoever began it, for as long as that person prepares documents in this draft.
grant select, insert, delete, update (ends_at) on upload to portal_app;
create policy own on upload for all to portal_app
using (
    begun_by = portal_person() and case_id in (select portal_cases('prepare'))
    and exists (select from submission as s where s.id = submission_id)
)
with check (
    begun_by = portal_person() and case_id in (select portal_cases('prepare'))
    and exists (select from submission as s where s.id = submission_id and s.case_id = upload.case_id)
);
