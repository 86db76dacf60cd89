-- Letters: postal addresses, what is printed and posted, and when it is deemed received.

-- Where somebody gets letters. The one before is ended, never erased.
create table postal_address (
    id uuid not null,
    person_id uuid,
    party_id uuid,
    lines text [] not null,
    country text default 'CA' not null,
    since timestamp with time zone default now() not null,
    recorded_by uuid not null,
    recorded_by_name text not null,
    ended_at timestamp with time zone,
    ended_by uuid,
    ended_by_name text,
    constraint postal_address_pkey primary key (id),
    constraint postal_address_of_somebody check (num_nonnulls(person_id, party_id) = 1),
    constraint postal_address_lines_few check (cardinality(lines) between 1 and 5),
    constraint postal_address_country_code check (country ~ '^[A-Z]{2}$'),
    constraint postal_address_ending_recorded
    check (num_nulls(ended_at, ended_by, ended_by_name) in (0, 3)),
    constraint postal_address_person_id_fkey foreign key (person_id) references person (id),
    constraint postal_address_party_id_fkey foreign key (party_id) references party (id),
    constraint postal_address_recorded_by_fkey foreign key (recorded_by) references person (id),
    constraint postal_address_ended_by_fkey foreign key (ended_by) references person (id)
);
create unique index postal_address_of_person on postal_address (person_id) where ended_at is null;
create unique index postal_address_of_party on postal_address (party_id) where ended_at is null;
create index postal_address_person_id_index on postal_address (person_id);
create index postal_address_party_id_index on postal_address (party_id);

-- What one officer printed at once, for one office of one division: one file, kept with its hash.
create table mailing (
    id uuid not null,
    division text not null,
    office text not null,
    day date not null,
    made_at timestamp with time zone default now() not null,
    made_by uuid,
    made_by_name text not null,
    letters integer not null,
    pdf_key text,
    pdf_sha256 text,
    pdf_size bigint,
    constraint mailing_pkey primary key (id),
    constraint mailing_pdf_key_unique unique (pdf_key),
    constraint mailing_pdf_is_whole check (num_nulls(pdf_key, pdf_sha256, pdf_size) in (0, 3)),
    constraint mailing_pdf_sha256_whole check (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    constraint mailing_some_letters check (letters > 0),
    constraint mailing_made_by_fkey foreign key (made_by) references person (id)
);
create index mailing_division_made_at_index on mailing (division, made_at);

-- One letter for one service. Name and address are fixed when it is printed.
create table letter (
    id uuid not null,
    service_id uuid not null,
    case_id uuid not null,
    number integer default 1 not null,
    why text not null,
    asked_at timestamp with time zone default now() not null,
    asked_by uuid,
    asked_by_name text not null,
    mailing_id uuid,
    place integer,
    lines text [],
    country text,
    posted_on date,
    posted_at timestamp with time zone,
    posted_by uuid,
    posted_by_name text,
    deemed_on date,
    deemed_rule text,
    returned_on date,
    returned_at timestamp with time zone,
    returned_by uuid,
    returned_by_name text,
    constraint letter_pkey primary key (id),
    constraint letter_number_once unique (service_id, number),
    constraint letter_place_once unique (mailing_id, place),
    constraint letter_why_known check (why in ('no_account', 'bad_address', 'unopened', 'asked')),
    constraint letter_number_counts check (number >= 1),
    constraint letter_printed_whole check (num_nulls(mailing_id, place, lines, country) in (0, 4)),
    constraint letter_posted_recorded
    check (num_nulls(posted_on, posted_at, posted_by, posted_by_name) in (0, 4)),
    constraint letter_posted_after_printing check (posted_on is null or mailing_id is not null),
    constraint letter_deemed_whole check (num_nulls(deemed_on, deemed_rule) in (0, 2)),
    constraint letter_deemed_after_posting check (deemed_on is null or deemed_on >= posted_on),
    constraint letter_returned_recorded
    check (num_nulls(returned_on, returned_at, returned_by, returned_by_name) in (0, 4)),
    constraint letter_returned_after_posting check (returned_on is null or returned_on >= posted_on),
    constraint letter_same_case foreign key (service_id, case_id) references service (id, case_id),
    constraint letter_case_id_fkey foreign key (case_id) references "case" (id),
    constraint letter_asked_by_fkey foreign key (asked_by) references person (id),
    constraint letter_mailing_id_fkey foreign key (mailing_id) references mailing (id),
    constraint letter_posted_by_fkey foreign key (posted_by) references person (id),
    constraint letter_returned_by_fkey foreign key (returned_by) references person (id)
);
create index letter_case_id_index on letter (case_id);
create index letter_mailing_id_index on letter (mailing_id);
-- However often it is asked for, one letter waits.
create unique index letter_waiting_once on letter (service_id) where mailing_id is null;
create index letter_returned on letter (case_id) where returned_on is not null;

-- The legal date of receipt: set by the registry, whatever was deemed or logged.
alter table service add column legal_on date;
alter table service add column legal_set_at timestamp with time zone;
alter table service add column legal_set_by uuid;
alter table service add column legal_set_by_name text;
alter table service add column legal_why text;
alter table service add constraint service_legal_set_by_fkey
foreign key (legal_set_by) references person (id);
alter table service add constraint service_legal_recorded check (
    num_nonnulls(legal_on, legal_set_at, legal_set_by, legal_set_by_name, legal_why) in (0, 5)
);
grant select (legal_on, legal_set_at, legal_set_by, legal_set_by_name, legal_why)
on service to portal_app;

-- Readers open and acknowledge; the date that the law goes by is the registry's alone.
create function service_legal_date() returns trigger
language plpgsql as $$
begin
    if portal_person() is not null and not portal_administers(new.case_id) then
        raise exception 'the registry sets the legal date of receipt' using errcode = '42501';
    end if;
    return new;
end
$$;
create trigger service_legal_date
before update of legal_on, legal_set_at, legal_set_by, legal_set_by_name, legal_why on service
for each row execute function service_legal_date();

-- Whether the registry of my division writes to this person, or this party, in any case of its own.
create function portal_writes_to(wanted_person uuid, wanted_party uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from "case" as c
    where c.division = any ((select portal_divisions())::text[]) and (
        c.id in (select p.case_id from party as p where wanted_party = p.id)
        or c.id in (select p.case_id from party as p where wanted_person = p.person_id)
        or c.id in (select s.case_id from standing as s where wanted_person = s.person_id)
    )
);

do $$
declare
    name text;
begin
    foreach name in array array['postal_address', 'mailing', 'letter']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy system on %I to portal_system using (true) with check (true)',
            name);
        execute format('grant select, insert, update on %I to portal_system', name);
    end loop;
end
$$;

grant select, insert on postal_address, mailing to portal_app;
-- An address is ended, and a mailing gets its file; nothing else of either changes.
grant update (ended_at, ended_by, ended_by_name) on postal_address to portal_app;
grant update (pdf_key, pdf_sha256, pdf_size) on mailing to portal_app;
create policy registry on postal_address for all to portal_app
using ((select portal_is_staff()) and portal_writes_to(person_id, party_id))
with check ((select portal_is_staff()) and portal_writes_to(person_id, party_id));
create policy own on postal_address for select to portal_app
using (
    person_id = portal_person()
    or party_id in (select p.id from party as p where p.person_id = portal_person())
);
create policy posted on mailing for all to portal_app
using (division = any ((select portal_divisions())::text[]))
with check (division = any ((select portal_divisions())::text[]));

-- Where a letter went is in the mailing's file and nowhere on a page.
grant select (
    id, service_id, case_id, number, why, asked_at, asked_by, asked_by_name, mailing_id, place,
    posted_on, posted_at, posted_by, posted_by_name, deemed_on, deemed_rule,
    returned_on, returned_at, returned_by, returned_by_name
) on letter to portal_app;
grant insert, update on letter to portal_app;
create policy administered on letter for all to portal_app
using (portal_administers(case_id)) with check (portal_administers(case_id));
create policy read on letter for select to portal_app
using (exists (select from service as s where s.id = service_id));

-- Letters to other countries take longer by some rules: the registry is told that much of the address.
create function portal_posted_abroad(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return (
    select country <> 'CA' from letter
    where id = wanted and (portal_person() is null or portal_administers(case_id))
);
