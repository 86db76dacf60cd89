-- The first page of each document as a picture, made by a job once the document is clean.

create table picture (
    document_id uuid not null,
    case_id uuid not null,
    made_at timestamp with time zone default now() not null,
    object_key text,
    size bigint,
    sha256 text,
    width integer,
    height integer,
    failure text,
    constraint picture_pkey primary key (document_id),
    constraint picture_object_key_unique unique (object_key),
    constraint picture_whole check (num_nulls(object_key, size, sha256, width, height) in (0, 5)),
    constraint picture_made_or_not check ((object_key is null) = (failure is not null)),
    constraint picture_sha256_whole check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint picture_document_id_fkey foreign key (document_id)
    references document (id) on delete cascade,
    constraint picture_case_id_fkey foreign key (case_id) references "case" (id)
);
create index picture_case_id_index on picture (case_id);

alter table picture enable row level security;
create policy system on picture to portal_system using (true) with check (true);
-- Made once, never changed; people only look.
grant select, insert on picture to portal_system;
grant select on picture to portal_app;

-- Who sees the document, and only while it is clean: a verdict taken back takes the picture too.
create policy read on picture for select to portal_app
using (exists (select from document as d where d.id = document_id and d.state = 'clean'));
