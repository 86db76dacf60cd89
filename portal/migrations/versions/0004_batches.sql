-- Many notices at once: a batch, and a row for each line of its list.
create table batch (
    id uuid not null,
    division text not null,
    kind text not null,
    facts jsonb,
    pasted text not null,
    columns_unused text[] default '{}' not null,
    state text default 'draft' not null,
    begun_at timestamp with time zone default now() not null,
    begun_by uuid not null,
    begun_by_name text not null,
    checked_at timestamp with time zone,
    issued_at timestamp with time zone,
    issued_by uuid,
    issued_by_name text,
    changed_at timestamp with time zone,
    changed_by_name text,
    worked_at timestamp with time zone,
    finished_at timestamp with time zone,
    recalled_at timestamp with time zone,
    recalled_by uuid,
    recalled_by_name text,
    constraint batch_pkey primary key (id),
    constraint batch_of_division unique (id, division),
    constraint batch_state_known
    check (state in ('draft', 'running', 'paused', 'stopped', 'finished')),
    constraint batch_issuing_recorded check (num_nulls(issued_at, issued_by, issued_by_name) in (0, 3)),
    constraint batch_recalling_recorded
    check (num_nulls(recalled_at, recalled_by, recalled_by_name) in (0, 3)),
    constraint batch_issued_once_checked
    check (state = 'draft' or num_nulls(facts, checked_at, issued_at) = 0),
    constraint batch_begun_by_fkey foreign key (begun_by) references person (id),
    constraint batch_issued_by_fkey foreign key (issued_by) references person (id),
    constraint batch_recalled_by_fkey foreign key (recalled_by) references person (id)
);
create index batch_division_begun_at_index on batch (division, begun_at);
create index batch_running on batch (worked_at) where state = 'running';

create table batch_row (
    batch_id uuid not null,
    place integer not null,
    division text not null,
    line integer not null,
    written text not null,
    columns jsonb not null,
    case_id uuid,
    file_number text,
    state text not null,
    problem text,
    about jsonb default '{}' not null,
    people integer default 0 not null,
    mails integer default 0 not null,
    letters integer default 0 not null,
    seen text,
    changed text[] default '{}' not null,
    taken_until timestamp with time zone,
    notice_id uuid,
    settled_at timestamp with time zone,
    constraint batch_row_pkey primary key (batch_id, place),
    constraint batch_row_notice_id_unique unique (notice_id),
    constraint batch_row_state_known
    check (state in ('problem', 'ready', 'issued', 'failed', 'left_out', 'stopped', 'recalled')),
    constraint batch_row_says_why check ((state in ('problem', 'failed')) <= (problem is not null)),
    constraint batch_row_ready_for_a_case
    check (state not in ('ready', 'issued', 'stopped', 'recalled') or case_id is not null),
    constraint batch_row_issued_is_a_notice
    check ((state in ('issued', 'recalled')) = (notice_id is not null)),
    constraint batch_row_same_division foreign key (batch_id, division)
    references batch (id, division),
    constraint batch_row_case_id_fkey foreign key (case_id) references "case" (id),
    constraint batch_row_notice_id_fkey foreign key (notice_id) references notice (id)
);
create index batch_row_case_id_index on batch_row (case_id);
create index batch_row_state_index on batch_row (batch_id, state);
-- A case is told once by a batch, under whatever numbers the list names it.
create unique index batch_row_once on batch_row (batch_id, case_id)
where state in ('ready', 'issued', 'failed', 'stopped', 'recalled');

do $$
declare
    name text;
begin
    foreach name in array array['batch', 'batch_row']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy system on %I to portal_system using (true) with check (true)',
            name);
        execute format('grant select, insert, update on %I to portal_system, portal_app', name);
        -- Officers posted to the division, and nobody else; asked once a statement.
        execute format('create policy posted on %I for all to portal_app
            using (division = any ((select portal_divisions())::text[]))
            with check (division = any ((select portal_divisions())::text[]))', name);
    end loop;
end
$$;
-- A list is corrected until it is issued; from then on every row stays.
grant delete on batch_row to portal_app;
create policy while_a_draft on batch_row as restrictive for delete to portal_app
using (exists (select from batch as b where b.id = batch_id and b.state = 'draft'));

-- Whose these file numbers and UCIs are, among the cases of my divisions, each with all its numbers.
-- It asks once whose they are, where policies would ask party by party.
create function portal_numbered(numbers text[], ucis text[])
returns table (named text, case_id uuid, division text, file_numbers text[])
language sql stable security definer set search_path = public rows 1000
begin atomic
    with found as (
        select p.file_number as named, p.case_id from party as p
        where p.file_number = any (numbers)
        union
        select translate(p.uci, '-', ''), p.case_id from party as p
        where cardinality(ucis) > 0 and translate(p.uci, '-', '') = any (ucis)
    )
    select f.named, c.id, c.division, array(
        select p.file_number from party as p where p.case_id = c.id order by p.file_number
    )
    from found as f join "case" as c on c.id = f.case_id
    where c.division = any ((select portal_divisions())::text[]);
end;
