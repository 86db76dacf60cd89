-- On a phone or computer that others use too a session is short, whatever the settings say.
alter table session
    add column idle interval,
    add constraint session_idle_sane check (idle between interval '1 minute' and interval '1 hour');
grant select (idle) on session to portal_app;
