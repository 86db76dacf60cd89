-- The secret address of a person's own calendar: only its hash is kept, and one lives at a time.
create table feed (
    id uuid not null,
    person_id uuid not null,
    token_hash bytea not null,
    made_at timestamp with time zone default now() not null,
    ended_at timestamp with time zone,
    constraint feed_pkey primary key (id),
    constraint feed_token_hash_unique unique (token_hash),
    constraint feed_person_id_fkey foreign key (person_id) references person (id)
);
create unique index feed_once on feed (person_id) where ended_at is null;
-- A month of mine is found by its cases and days.
create index hearing_local_start_index on hearing (local_start);

alter table feed enable row level security;
create policy mine on feed for all to portal_app
using (person_id = portal_person()) with check (person_id = portal_person());
create policy system on feed to portal_system using (true) with check (true);
grant select, insert, update on feed to portal_app;
grant select on feed to portal_system;
