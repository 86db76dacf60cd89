-- Mail: what came back, addresses that do not work, how people want to be told.

-- Accepted by a server and back again: the attempt says when it was taken (settled_at), when the
-- bounce came, and in which words. A reminder is an attempt too; a digest is several in one mail.
alter table attempt
    add column purpose text not null default 'notice',
    add column zone text,
    add column digest_on date,
    add column bounced_at timestamptz,
    add column bounce_code text,
    add column bounce_detail text,
    drop constraint attempt_state,
    drop constraint attempt_settled_when,
    drop constraint attempt_tried_when,
    drop constraint attempt_message_id_unique,
    add constraint attempt_state check (
        state in (
            'waiting', 'sending', 'deferred', 'accepted', 'bounced', 'undeliverable', 'withdrawn'
        )
    ),
    add constraint attempt_settled_when check (
        (state in ('accepted', 'bounced', 'undeliverable', 'withdrawn')) = (settled_at is not null)
    ),
    add constraint attempt_tried_when check (
        (tried_at is null) = (tries = 0) and (tried_at is null or state <> 'waiting')
        and (tried_at is not null or state in ('waiting', 'undeliverable', 'withdrawn'))
    ),
    add constraint attempt_purpose check (purpose in ('notice', 'reminder')),
    add constraint attempt_reminder_zone check ((purpose = 'reminder') = (zone is not null)),
    add constraint attempt_bounced_when check ((state = 'bounced') = (bounced_at is not null));
drop index attempt_undelivered;
create index attempt_undelivered on attempt (case_id) where state in ('bounced', 'undeliverable');
create index attempt_message on attempt (message_id);
create index attempt_digest on attempt (digest_on, address)
where digest_on is not null and message_id is null;
create unique index attempt_reminded_once on attempt (service_id, address)
where purpose = 'reminder';
grant select (purpose, zone, digest_on, bounced_at, bounce_code, bounce_detail) on attempt
    to portal_app;

-- How one person wants to be told. Nothing here can switch notices off.
create table preference (
    person_id uuid not null,
    digest_since timestamptz,
    neutral_since timestamptz,
    second_address text,
    reminders_stopped_at timestamptz,
    reminders_stopped_by text,
    changed_at timestamptz not null default now(),
    constraint preference_pkey primary key (person_id),
    constraint preference_person_id_fkey foreign key (person_id) references person (id),
    constraint preference_second_address_lower check (second_address = lower(second_address)),
    constraint preference_stopped_how check (
        num_nulls(reminders_stopped_at, reminders_stopped_by) in (0, 2)
    ),
    constraint preference_reminders_stopped_by_known check (
        reminders_stopped_by in ('page', 'link')
    )
);

-- Addresses that nothing is sent to any more, until the registry lifts it.
create table suppression (
    id uuid not null,
    address text not null,
    person_id uuid,
    attempt_id uuid,
    since timestamptz not null default now(),
    why text not null,
    detail text,
    lifted_at timestamptz,
    lifted_by uuid,
    lifted_by_name text,
    lifted_why text,
    constraint suppression_pkey primary key (id),
    constraint suppression_person_id_fkey foreign key (person_id) references person (id),
    constraint suppression_attempt_id_fkey foreign key (attempt_id) references attempt (id),
    constraint suppression_lifted_by_fkey foreign key (lifted_by) references person (id),
    constraint suppression_address_lower check (address = lower(address)),
    constraint suppression_why_known check (why in ('refused', 'bounced')),
    constraint suppression_lifted_by_whom check (
        num_nulls(lifted_at, lifted_by, lifted_by_name, lifted_why) in (0, 4)
    )
);
create unique index suppression_once on suppression (address) where lifted_at is null;
create index suppression_person_id_index on suppression (person_id);

-- What was marked before there was a list.
insert into suppression (id, address, person_id, since, why, detail)
select gen_random_uuid(), email, person_id, mail_failed_at, 'refused', mail_failure
from account where mail_failed_at is not null;

-- When the next mail to a domain may leave, and where the line of those put off ends.
create table pace (
    domain text not null,
    next_at timestamptz not null,
    line_at timestamptz not null,
    constraint pace_pkey primary key (domain)
);

-- Each message that came back, once, by the hash of its bytes; the bytes stay in the mailbox.
create table bounce (
    sha256 text not null,
    came_at timestamptz not null default now(),
    came_by text not null,
    verdict text not null,
    attempt_id uuid,
    code text,
    detail text,
    constraint bounce_pkey primary key (sha256),
    constraint bounce_attempt_id_fkey foreign key (attempt_id) references attempt (id),
    constraint bounce_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint bounce_came_by_known check (came_by in ('mailbox', 'webhook')),
    constraint bounce_verdict_known check (
        verdict in ('failed', 'delayed', 'delivered', 'foreign', 'no_report')
    )
);
create index bounce_attempt_id_index on bounce (attempt_id);

-- The links by which reminders are stopped without signing in: only their hashes.
create table stop_link (
    token_hash bytea not null,
    person_id uuid not null,
    made_at timestamptz not null default now(),
    used_at timestamptz,
    constraint stop_link_pkey primary key (token_hash),
    constraint stop_link_person_id_fkey foreign key (person_id) references person (id)
);

do $$
declare
    name text;
begin
    foreach name in array array['preference', 'suppression', 'pace', 'bounce', 'stop_link']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy system on %I to portal_system using (true) with check (true)',
            name);
        execute format('grant select, insert, update on %I to portal_system', name);
    end loop;
end
$$;
-- What came back stays written.
revoke update on bounce from portal_system;

grant select, insert, update on preference to portal_app;
create policy own on preference for all to portal_app
using (person_id = portal_person()) with check (person_id = portal_person());
-- Officers issue notices: where they go, and when, is decided then.
create policy by_staff on preference for select to portal_app
using ((select portal_is_staff()));

grant select, update (lifted_at, lifted_by, lifted_by_name, lifted_why) on suppression
    to portal_app;
-- Whom an officer's divisions write to: people with a place on a case there, or who were served.
create function portal_writes_to(person uuid) returns boolean
language sql stable security definer set search_path = public
return exists (
    select from standing as s join "case" as c on c.id = s.case_id
    where s.person_id = person and c.division = any ((select portal_divisions())::text[])
) or exists (
    select from service as s join "case" as c on c.id = s.case_id
    where s.person_id = person and c.division = any ((select portal_divisions())::text[])
);
-- An address of nobody's is one that somebody was invited at.
create policy seen on suppression for select to portal_app
using (
    person_id = portal_person()
    or (select portal_is_staff()) and (person_id is null or portal_writes_to(person_id))
);
create policy lifted on suppression for update to portal_app
using (lifted_at is null and (select portal_is_staff()))
with check (lifted_by = portal_person());

-- A mark belongs to an address: with another one it goes, unless that one does not work either.
create function account_readdressed() returns trigger
language plpgsql security definer set search_path = public as $$
begin
    select s.since, s.detail into new.mail_failed_at, new.mail_failure
    from suppression as s where s.address = new.email and s.lifted_at is null;
    return new;
end
$$;
create trigger account_readdressed before update of email on account
for each row when (old.email is distinct from new.email)
execute function account_readdressed();
