-- Invitations on paper, and what a right code opens for some minutes.

create table invitation_letter (
    id uuid not null,
    case_id uuid not null,
    party_id uuid,
    person_id uuid,
    name text not null,
    language text not null,
    code_hash bytea not null,
    check_hash bytea not null,
    printed_at timestamp with time zone default now() not null,
    printed_by uuid not null,
    printed_by_name text not null,
    ends_at timestamp with time zone not null,
    wrong smallint default 0 not null,
    used_at timestamp with time zone,
    used_by uuid,
    ended_at timestamp with time zone,
    ended_how text,
    ended_by_name text,
    constraint invitation_letter_pkey primary key (id),
    constraint invitation_letter_code_hash_unique unique (code_hash),
    constraint invitation_letter_check_hash_unique unique (check_hash),
    constraint invitation_letter_to_somebody check (num_nonnulls(person_id, party_id) = 1),
    constraint invitation_letter_language_known check (language in ('en', 'fr')),
    constraint invitation_letter_ended_how_known
    check (ended_how in ('reprinted', 'revoked', 'guessed')),
    constraint invitation_letter_wrong_counts check (wrong >= 0),
    constraint invitation_letter_use_recorded check (num_nulls(used_at, used_by) in (0, 2)),
    constraint invitation_letter_ending_recorded check (num_nulls(ended_at, ended_how) in (0, 2)),
    constraint invitation_letter_case_id_fkey foreign key (case_id) references "case" (id),
    constraint invitation_letter_party_id_fkey foreign key (party_id) references party (id),
    constraint invitation_letter_person_id_fkey foreign key (person_id) references person (id),
    constraint invitation_letter_printed_by_fkey foreign key (printed_by) references person (id),
    constraint invitation_letter_used_by_fkey foreign key (used_by) references person (id)
);
create index invitation_letter_case_id_index on invitation_letter (case_id);
create unique index invitation_letter_to_party on invitation_letter (party_id)
where ended_at is null;
create unique index invitation_letter_to_person on invitation_letter (person_id, case_id)
where ended_at is null;

create table joining (
    id uuid not null,
    letter_id uuid not null,
    token_hash bytea not null,
    began_at timestamp with time zone default now() not null,
    ends_at timestamp with time zone not null,
    looked_at timestamp with time zone,
    constraint joining_pkey primary key (id),
    constraint joining_token_hash_unique unique (token_hash),
    constraint joining_letter_id_fkey foreign key (letter_id) references invitation_letter (id)
);
create index joining_letter_id_index on joining (letter_id);

alter table invitation_letter enable row level security;
create policy system on invitation_letter to portal_system using (true) with check (true);
grant select, insert, update on invitation_letter to portal_system;
-- The registry prints, replaces and ends them. It reads no hash of a code, and undoes no use.
create policy administered on invitation_letter for all to portal_app
using (portal_administers(case_id)) with check (portal_administers(case_id));
do $$
begin
    execute (
        select format('grant select (%s) on invitation_letter to portal_app',
            string_agg(quote_ident(column_name), ', '))
        from information_schema.columns
        where table_schema = 'public' and table_name = 'invitation_letter'
            and column_name not in ('code_hash', 'check_hash')
    );
end
$$;
grant insert on invitation_letter to portal_app;
grant update (ended_at, ended_how, ended_by_name) on invitation_letter to portal_app;

-- Nobody who is signed in has anything to do with these.
alter table joining enable row level security;
create policy system on joining to portal_system using (true) with check (true);
grant select, insert, update on joining to portal_system;

-- An address that its owner has not confirmed yet: until then notices go by post as well.
alter table account add column unconfirmed_since timestamp with time zone;
grant select (unconfirmed_since) on account to portal_app;

-- Whether somebody can sign in already; staff only are told, and never by what.
create function portal_signs_in(wanted uuid) returns boolean
language sql stable security definer set search_path = public
return (select portal_is_staff()) and exists (
    select from account where person_id = wanted and password_hash is not null
);
