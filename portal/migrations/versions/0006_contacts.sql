-- Contact details: a person changes his or her own, and who represents somebody without an account,
-- that person's. The registry reads them; the other side never does.

-- Where somebody is telephoned. The one before is ended, never erased.
create table telephone (
    id uuid not null,
    person_id uuid,
    party_id uuid,
    number text not null,
    since timestamp with time zone default now() not null,
    recorded_by uuid not null,
    recorded_by_name text not null,
    recorded_for text,
    ended_at timestamp with time zone,
    ended_by uuid,
    ended_by_name text,
    constraint telephone_pkey primary key (id),
    constraint telephone_of_somebody check (num_nonnulls(person_id, party_id) = 1),
    constraint telephone_number_short check (length(number) between 3 and 40),
    constraint telephone_ending_recorded
    check (num_nulls(ended_at, ended_by, ended_by_name) in (0, 3)),
    constraint telephone_person_id_fkey foreign key (person_id) references person (id),
    constraint telephone_party_id_fkey foreign key (party_id) references party (id),
    constraint telephone_recorded_by_fkey foreign key (recorded_by) references person (id),
    constraint telephone_ended_by_fkey foreign key (ended_by) references person (id)
);
create unique index telephone_of_person on telephone (person_id) where ended_at is null;
create unique index telephone_of_party on telephone (party_id) where ended_at is null;
create index telephone_person_id_index on telephone (person_id);
create index telephone_party_id_index on telephone (party_id);

-- In whose name it was recorded, where a delegate did it.
alter table postal_address add column recorded_for text;

-- Whether these are mine to see and change: my own, or those of a party without an account in a case
-- where I am, or act for, counsel of record or the designated representative.
create function portal_contacts_of(wanted_person uuid, wanted_party uuid) returns boolean
language sql stable security definer set search_path = public
return wanted_person = portal_person() or exists (
    select from party as p
    join held_authority as a on a.case_id = p.case_id
    where p.id = wanted_party and p.person_id is null
        and a.person_id = portal_person() and a."right" = 'request'
        and a.role in ('counsel', 'designated_representative')
);

alter table telephone enable row level security;
create policy system on telephone to portal_system using (true) with check (true);
grant select, insert, update on telephone to portal_system;
grant select, insert, update (ended_at, ended_by, ended_by_name) on telephone to portal_app;

drop policy own on postal_address;
do $$
declare
    name text;
begin
    foreach name in array array['telephone', 'postal_address']
    loop
        execute format('create policy own on %I for select to portal_app using (
            portal_contacts_of(person_id, party_id)
            or party_id in (select p.id from party as p where p.person_id = portal_person()))', name);
        execute format('create policy changed on %I for insert to portal_app with check (
            recorded_by = portal_person() and portal_contacts_of(person_id, party_id))', name);
        execute format('create policy ended on %I for update to portal_app
            using (portal_contacts_of(person_id, party_id))
            with check (portal_contacts_of(person_id, party_id))', name);
        execute format('create trigger ended_once before update on %I
            for each row execute function ended_once()', name);
    end loop;
end
$$;
create policy registry on telephone for all to portal_app
using ((select portal_is_staff()) and portal_writes_to(person_id, party_id))
with check ((select portal_is_staff()) and portal_writes_to(person_id, party_id));
