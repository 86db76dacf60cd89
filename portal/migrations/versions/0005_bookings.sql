-- Trusted since PostgreSQL 13: whoever owns the database may make it.
create extension if not exists btree_gist;

alter table hearing add column member text;
alter table hearing add column interpreter_name text;

-- Who sits, interprets and pleads at a hearing, and where: nobody and nothing twice at one time.
-- Cases that are heard together are one sitting.
create table booking (
    hearing_id uuid not null,
    kind text not null,
    -- A name or a place in one spelling; counsel, by the person's id.
    resource text not null,
    label text not null,
    case_id uuid not null,
    sitting_id uuid not null,
    during tstzrange not null,
    constraint booking_pkey primary key (hearing_id, kind, resource),
    constraint booking_kind_known check (kind in ('member', 'place', 'interpreter', 'counsel')),
    constraint booking_hearing_id_fkey foreign key (hearing_id) references hearing (id),
    constraint booking_case_id_fkey foreign key (case_id) references "case" (id),
    constraint booking_once exclude using gist
        (kind with =, resource with =, during with &&, sitting_id with <>)
);
create index booking_case_id_index on booking (case_id);

alter table booking enable row level security;
create policy administered on booking for all to portal_app
using (portal_administers(case_id)) with check (portal_administers(case_id));
create policy system on booking to portal_system using (true) with check (true);
grant select, insert, delete on booking to portal_app, portal_system;

-- Who has it at that time, whichever division's hearing it is: the name and the time, no case.
create function portal_booked(wanted_kind text, wanted text, at tstzrange, but_for uuid)
returns table (label text, during tstzrange)
language sql stable security definer set search_path = public
begin atomic
    select b.label, b.during from booking as b
    where b.kind = wanted_kind and b.resource = wanted and b.during && at
        and b.sitting_id <> but_for
    order by b.during limit 1;
end;
revoke execute on function portal_booked from public;
grant execute on function portal_booked to portal_app, portal_system;
