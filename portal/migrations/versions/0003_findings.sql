-- What reconciliation finds, which shares of the store were read when, and verdicts given anew.

create table finding (
    id uuid not null,
    kind text not null,
    object_key text not null,
    case_id uuid,
    found_at timestamp with time zone default now() not null,
    resolved_at timestamp with time zone,
    constraint finding_pkey primary key (id),
    constraint finding_kind_known check (kind in ('missing', 'wrong_bytes', 'unnamed')),
    constraint finding_of_a_case_when_named check ((kind = 'unnamed') = (case_id is null)),
    constraint finding_case_id_fkey foreign key (case_id) references "case" (id)
);
create index finding_case_id_index on finding (case_id);
-- One open finding an object: found again every night, it is written once.
create unique index finding_open on finding (object_key) where resolved_at is null;

create table share (
    name text not null,
    read_at timestamp with time zone not null,
    constraint share_pkey primary key (name)
);

alter table finding enable row level security;
alter table share enable row level security;
create policy system on finding to portal_system using (true) with check (true);
create policy system on share to portal_system using (true) with check (true);
grant select, insert on finding, share to portal_system;
grant update (resolved_at) on finding to portal_system;
grant update (read_at) on share to portal_system;

-- The registry of the case's division; what no case is known of, every officer.
grant select on finding to portal_app;
create policy administered on finding for select to portal_app
using (portal_administers(case_id) or case_id is null and (select portal_is_staff()));

-- Since when a document could be read that is infected by what the scanner has learnt since.
alter table document add column readable_from timestamp with time zone;
alter table document add constraint document_readable_from_a_verdict
check (readable_from is null or state = 'infected' and readable_from <= judged_at);
-- Which were scanned with older signatures is asked every five minutes.
create index document_scanned_with_index on document (scanned_with) where state = 'clean';

-- A verdict is the portal's own, whoever asks, and is taken back in one way only: what was clean
-- turns out to be infected. Who may describe a draft's file may not call it clean.
create function document_verdict() returns trigger
language plpgsql as $$
begin
    if current_user = 'portal_app' and (tg_op = 'INSERT' and new.state <> 'held'
        or tg_op = 'UPDATE' and (new.state, new.reason, new.judged_at, new.scanned_with)
            is distinct from (old.state, old.reason, old.judged_at, old.scanned_with))
    then
        raise exception 'a verdict is not given by people' using errcode = '42501';
    end if;
    if tg_op = 'UPDATE' and new.state <> old.state
        and old.state <> 'held' and (old.state, new.state) <> ('clean', 'infected')
    then
        raise exception 'a verdict is given once' using errcode = '23514';
    end if;
    return new;
end
$$;
create trigger document_verdict before insert or update on document
for each row execute function document_verdict();
