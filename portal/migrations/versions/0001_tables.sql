-- The tables as the models described them when this migration was written; never edited after.

CREATE TABLE person (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    calling TEXT NOT NULL,
    language TEXT DEFAULT 'en' NOT NULL,
    zone TEXT DEFAULT 'America/Toronto' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (id),
    CONSTRAINT person_calling_known CHECK (calling in ('claimant', 'representative', 'counsel', 'delegate', 'registry')),
    CONSTRAINT person_language_known CHECK (language in ('en', 'fr'))
);

CREATE TABLE "case" (
    id UUID NOT NULL,
    division TEXT NOT NULL,
    office TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    opened_by UUID NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    closed_by UUID,
    CONSTRAINT case_pkey PRIMARY KEY (id),
    CONSTRAINT case_language_known CHECK (language in ('en', 'fr')),
    CONSTRAINT case_closing_recorded CHECK (num_nulls(closed_at, closed_by) in (0, 2)),
    CONSTRAINT case_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES person (id),
    CONSTRAINT case_closed_by_fkey FOREIGN KEY(closed_by) REFERENCES person (id)
);

CREATE INDEX case_division_opened_at_index ON "case" (division, opened_at);

CREATE TABLE delegation (
    id UUID NOT NULL,
    grantor_id UUID NOT NULL,
    delegate_id UUID,
    invited_email TEXT,
    rights TEXT[] NOT NULL,
    all_cases BOOLEAN NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    offered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    offered_by UUID NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    declined_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by UUID,
    last_used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT delegation_pkey PRIMARY KEY (id),
    CONSTRAINT delegation_rights_lendable CHECK (rights <@ array['see', 'read', 'prepare', 'file', 'receive', 'request', 'delegate']::text[]),
    CONSTRAINT delegation_rights_include_see CHECK (rights @> array['see']),
    CONSTRAINT delegation_not_to_oneself CHECK (grantor_id <> delegate_id),
    CONSTRAINT delegation_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT delegation_two_years_at_most CHECK (ends_at <= starts_at + interval '2 years'),
    CONSTRAINT delegation_lent_to_somebody CHECK (num_nulls(delegate_id, invited_email) < 2),
    CONSTRAINT delegation_accepted_by_somebody CHECK (accepted_at is null or delegate_id is not null),
    CONSTRAINT delegation_answered_once CHECK (num_nonnulls(accepted_at, declined_at) < 2),
    CONSTRAINT delegation_ending_recorded CHECK (num_nulls(ended_at, ended_by) in (0, 2)),
    CONSTRAINT delegation_grantor_id_fkey FOREIGN KEY(grantor_id) REFERENCES person (id),
    CONSTRAINT delegation_delegate_id_fkey FOREIGN KEY(delegate_id) REFERENCES person (id),
    CONSTRAINT delegation_offered_by_fkey FOREIGN KEY(offered_by) REFERENCES person (id),
    CONSTRAINT delegation_ended_by_fkey FOREIGN KEY(ended_by) REFERENCES person (id)
);

CREATE INDEX delegation_grantor_id_index ON delegation (grantor_id);

CREATE INDEX delegation_invited_email_index ON delegation (invited_email);

CREATE INDEX delegation_delegate_id_index ON delegation (delegate_id);

CREATE TABLE account (
    person_id UUID NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT,
    mail_failed_at TIMESTAMP WITH TIME ZONE,
    mail_failure TEXT,
    CONSTRAINT account_pkey PRIMARY KEY (person_id),
    CONSTRAINT account_email_lower CHECK (email = lower(email)),
    CONSTRAINT account_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT account_email_unique UNIQUE (email)
);

CREATE TABLE session (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    factors TEXT[] DEFAULT '{password}' NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT session_token_hash_unique UNIQUE (token_hash)
);

CREATE INDEX session_person_id_index ON session (person_id);

CREATE TABLE invitation (
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    email TEXT NOT NULL,
    person_id UUID,
    invited_by UUID NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    mailed_at TIMESTAMP WITH TIME ZONE,
    mail_failed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT invitation_pkey PRIMARY KEY (id),
    CONSTRAINT invitation_token_hash_unique UNIQUE (token_hash),
    CONSTRAINT invitation_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT invitation_invited_by_fkey FOREIGN KEY(invited_by) REFERENCES person (id)
);

CREATE INDEX invitation_email_index ON invitation (email);

CREATE TABLE posting (
    person_id UUID NOT NULL,
    division TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT posting_pkey PRIMARY KEY (person_id, division),
    CONSTRAINT posting_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE notice (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    facts JSONB NOT NULL,
    language TEXT NOT NULL,
    subject_en TEXT NOT NULL,
    subject_fr TEXT NOT NULL,
    parts_en JSONB NOT NULL,
    parts_fr JSONB NOT NULL,
    pdf_key TEXT,
    pdf_sha256 TEXT,
    pdf_size INTEGER,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by UUID,
    issued_by_name TEXT NOT NULL,
    recalled_at TIMESTAMP WITH TIME ZONE,
    recalled_by UUID,
    recalled_by_name TEXT,
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_of_case UNIQUE (id, case_id),
    CONSTRAINT notice_language CHECK (language in ('en', 'fr')),
    CONSTRAINT notice_pdf_is_whole CHECK (num_nonnulls(pdf_key, pdf_sha256, pdf_size) in (0, 3)),
    CONSTRAINT notice_pdf_sha256 CHECK (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT notice_pdf_size CHECK (pdf_size > 0),
    CONSTRAINT notice_recalled_by_whom CHECK (num_nonnulls(recalled_at, recalled_by, recalled_by_name) in (0, 3)),
    CONSTRAINT notice_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT notice_number_unique UNIQUE (number),
    CONSTRAINT notice_pdf_key_unique UNIQUE (pdf_key),
    CONSTRAINT notice_issued_by_fkey FOREIGN KEY(issued_by) REFERENCES person (id),
    CONSTRAINT notice_recalled_by_fkey FOREIGN KEY(recalled_by) REFERENCES person (id)
);

CREATE INDEX notice_case ON notice (case_id, issued_at);

CREATE TABLE party (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    person_id UUID,
    name TEXT NOT NULL,
    file_number TEXT NOT NULL,
    uci TEXT,
    born_on DATE,
    interpretation TEXT,
    CONSTRAINT party_pkey PRIMARY KEY (id),
    CONSTRAINT party_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT party_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT party_file_number_unique UNIQUE (file_number)
);

CREATE INDEX party_case_id_index ON party (case_id);

CREATE TABLE standing (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE,
    began_how TEXT NOT NULL,
    ended_how TEXT,
    suspended_at TIMESTAMP WITH TIME ZONE,
    recorded_by UUID NOT NULL,
    ended_by UUID,
    CONSTRAINT standing_pkey PRIMARY KEY (id),
    CONSTRAINT standing_role_known CHECK (role in ('party', 'designated_representative', 'counsel', 'ministers_counsel')),
    CONSTRAINT standing_ending_recorded CHECK (num_nulls(ended_how, ended_by) in (0, 2)),
    CONSTRAINT standing_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT standing_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT standing_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES person (id),
    CONSTRAINT standing_ended_by_fkey FOREIGN KEY(ended_by) REFERENCES person (id)
);

CREATE UNIQUE INDEX standing_once ON standing (person_id, case_id, role) WHERE ended_how is null;

CREATE INDEX standing_person_id_index ON standing (person_id);

CREATE INDEX standing_case_id_index ON standing (case_id);

CREATE TABLE delegation_case (
    delegation_id UUID NOT NULL,
    case_id UUID NOT NULL,
    CONSTRAINT delegation_case_pkey PRIMARY KEY (delegation_id, case_id),
    CONSTRAINT delegation_case_delegation_id_fkey FOREIGN KEY(delegation_id) REFERENCES delegation (id),
    CONSTRAINT delegation_case_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX delegation_case_case_id_index ON delegation_case (case_id);

CREATE TABLE entry (
    case_id UUID NOT NULL,
    number INTEGER DEFAULT '0' NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    act TEXT NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    principal_id UUID,
    principal_name TEXT,
    delegation_id UUID,
    facts JSONB NOT NULL,
    previous BYTEA,
    hash BYTEA DEFAULT '\x'::bytea NOT NULL,
    CONSTRAINT entry_pkey PRIMARY KEY (case_id, number),
    CONSTRAINT entry_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT entry_actor_id_fkey FOREIGN KEY(actor_id) REFERENCES person (id),
    CONSTRAINT entry_principal_id_fkey FOREIGN KEY(principal_id) REFERENCES person (id),
    CONSTRAINT entry_delegation_id_fkey FOREIGN KEY(delegation_id) REFERENCES delegation (id)
);

CREATE INDEX entry_principal_id_index ON entry (principal_id);

CREATE INDEX entry_actor_id_index ON entry (actor_id);

CREATE TABLE hearing (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    kind TEXT DEFAULT 'hearing' NOT NULL,
    local_start TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    zone TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    mode TEXT NOT NULL,
    place TEXT,
    link TEXT,
    dial_in TEXT,
    interpreter TEXT,
    sequence INTEGER DEFAULT '0' NOT NULL,
    scheduled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    scheduled_by UUID NOT NULL,
    moved_from TIMESTAMP WITH TIME ZONE,
    moved_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancelled_by UUID,
    cancelled_why TEXT,
    CONSTRAINT hearing_pkey PRIMARY KEY (id),
    CONSTRAINT hearing_mode_known CHECK (mode in ('video', 'in_person', 'telephone')),
    CONSTRAINT hearing_kind_known CHECK (kind in ('hearing', 'conference', 'detention_review', 'admissibility_hearing')),
    CONSTRAINT hearing_minutes_sane CHECK (minutes between 5 and 600),
    CONSTRAINT hearing_cancelling_recorded CHECK (num_nulls(cancelled_at, cancelled_by, cancelled_why) in (0, 3)),
    CONSTRAINT hearing_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT hearing_scheduled_by_fkey FOREIGN KEY(scheduled_by) REFERENCES person (id),
    CONSTRAINT hearing_cancelled_by_fkey FOREIGN KEY(cancelled_by) REFERENCES person (id)
);

CREATE INDEX hearing_starts_at_index ON hearing (starts_at);

CREATE INDEX hearing_case_id_index ON hearing (case_id);

CREATE TABLE submission (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    drafted_by UUID NOT NULL,
    drafted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    principal_id UUID NOT NULL,
    delegation_id UUID,
    receipt TEXT,
    filed_at TIMESTAMP WITH TIME ZONE,
    filed_by UUID,
    filer_name TEXT,
    principal_name TEXT,
    judged JSONB,
    CONSTRAINT submission_pkey PRIMARY KEY (id),
    CONSTRAINT submission_filing_recorded CHECK (num_nulls(receipt, filed_at, filed_by, filer_name) in (0, 4)),
    CONSTRAINT submission_done_for_somebody_through_a_delegation CHECK ((filed_by is null) or (filed_by = principal_id) = (delegation_id is null)),
    CONSTRAINT submission_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT submission_drafted_by_fkey FOREIGN KEY(drafted_by) REFERENCES person (id),
    CONSTRAINT submission_principal_id_fkey FOREIGN KEY(principal_id) REFERENCES person (id),
    CONSTRAINT submission_delegation_id_fkey FOREIGN KEY(delegation_id) REFERENCES delegation (id),
    CONSTRAINT submission_receipt_unique UNIQUE (receipt),
    CONSTRAINT submission_filed_by_fkey FOREIGN KEY(filed_by) REFERENCES person (id)
);

CREATE INDEX submission_case_id_index ON submission (case_id);

CREATE INDEX submission_drafted_by_index ON submission (drafted_by);

CREATE INDEX submission_principal_id_index ON submission (principal_id);

CREATE TABLE service (
    id UUID NOT NULL,
    notice_id UUID NOT NULL,
    case_id UUID NOT NULL,
    person_id UUID NOT NULL,
    person_name TEXT NOT NULL,
    capacity TEXT NOT NULL,
    why TEXT NOT NULL,
    delegation_id UUID,
    address TEXT,
    language TEXT NOT NULL,
    placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    opened_by UUID,
    opened_by_name TEXT,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    acknowledged_by UUID,
    acknowledged_by_name TEXT,
    CONSTRAINT service_pkey PRIMARY KEY (id),
    CONSTRAINT service_once_a_person UNIQUE (notice_id, person_id),
    CONSTRAINT service_of_case UNIQUE (id, case_id),
    CONSTRAINT service_same_case FOREIGN KEY(notice_id, case_id) REFERENCES notice (id, case_id),
    CONSTRAINT service_capacity CHECK (capacity in ('service', 'copy')),
    CONSTRAINT service_language CHECK (language in ('en', 'fr')),
    CONSTRAINT service_delegate_gets_copy CHECK (delegation_id is null or capacity = 'copy'),
    CONSTRAINT service_opened_by_whom CHECK (num_nonnulls(opened_at, opened_by, opened_by_name) in (0, 3)),
    CONSTRAINT service_acknowledged_by_whom CHECK (num_nonnulls(acknowledged_at, acknowledged_by, acknowledged_by_name) in (0, 3)),
    CONSTRAINT service_opened_before_acknowledged CHECK (acknowledged_at is null or opened_at is not null),
    CONSTRAINT service_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT service_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT service_delegation_id_fkey FOREIGN KEY(delegation_id) REFERENCES delegation (id),
    CONSTRAINT service_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES person (id),
    CONSTRAINT service_acknowledged_by_fkey FOREIGN KEY(acknowledged_by) REFERENCES person (id)
);

CREATE INDEX service_case ON service (case_id);

CREATE INDEX service_inbox ON service (person_id, placed_at);

CREATE INDEX service_unopened ON service (placed_at) WHERE opened_at is null;

CREATE TABLE document (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    submission_id UUID NOT NULL,
    position INTEGER DEFAULT '0' NOT NULL,
    name TEXT NOT NULL,
    type TEXT,
    title TEXT,
    language TEXT,
    size BIGINT NOT NULL,
    pages INTEGER,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    object_key TEXT NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    kept_by UUID NOT NULL,
    state TEXT DEFAULT 'held' NOT NULL,
    judged_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    finding TEXT,
    scanned_size BIGINT,
    scanned_with TEXT,
    scans_failed INTEGER DEFAULT '0' NOT NULL,
    scan_failure TEXT,
    removed_at TIMESTAMP WITH TIME ZONE,
    removed_by UUID,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_state_known CHECK (state in ('held', 'clean', 'infected', 'refused', 'unscannable')),
    CONSTRAINT document_size_positive CHECK (size > 0),
    CONSTRAINT document_sha256_whole CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT document_readable_only_when_clean CHECK (state <> 'clean' or (num_nulls(judged_at, reason, scanned_size, scanned_with) = 0 and reason = 'clean' and scanned_size = size)),
    CONSTRAINT document_judged_when_not_held CHECK ((state = 'held') = (judged_at is null)),
    CONSTRAINT document_removal_recorded CHECK (num_nulls(removed_at, removed_by) in (0, 2)),
    CONSTRAINT document_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT document_submission_id_fkey FOREIGN KEY(submission_id) REFERENCES submission (id),
    CONSTRAINT document_object_key_unique UNIQUE (object_key),
    CONSTRAINT document_kept_by_fkey FOREIGN KEY(kept_by) REFERENCES person (id),
    CONSTRAINT document_removed_by_fkey FOREIGN KEY(removed_by) REFERENCES person (id)
);

CREATE INDEX document_case_id_index ON document (case_id);

CREATE INDEX document_submission_id_index ON document (submission_id);

CREATE INDEX document_held_index ON document (kept_at) WHERE state = 'held';

CREATE INDEX document_refused_index ON document (judged_at) WHERE state in ('infected', 'refused', 'unscannable');

CREATE TABLE attempt (
    id UUID NOT NULL,
    service_id UUID NOT NULL,
    case_id UUID NOT NULL,
    number INTEGER NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    give_up_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tries INTEGER NOT NULL,
    tried_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    detail TEXT,
    message_id TEXT,
    CONSTRAINT attempt_pkey PRIMARY KEY (id),
    CONSTRAINT attempt_number_once UNIQUE (service_id, channel, number),
    CONSTRAINT attempt_same_case FOREIGN KEY(service_id, case_id) REFERENCES service (id, case_id),
    CONSTRAINT attempt_channel CHECK (channel in ('mail')),
    CONSTRAINT attempt_state CHECK (state in ('waiting', 'sending', 'deferred', 'accepted', 'undeliverable')),
    CONSTRAINT attempt_has_address CHECK (address <> ''),
    CONSTRAINT attempt_counts CHECK (number >= 1 and tries >= 0),
    CONSTRAINT attempt_tried_when CHECK ((state = 'waiting') = (tried_at is null) and (tried_at is null) = (tries = 0)),
    CONSTRAINT attempt_settled_when CHECK ((state in ('accepted', 'undeliverable')) = (settled_at is not null)),
    CONSTRAINT attempt_case_id_fkey FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT attempt_message_id_unique UNIQUE (message_id)
);

CREATE INDEX attempt_undelivered ON attempt (case_id) WHERE state = 'undeliverable';

CREATE INDEX attempt_due ON attempt (due_at) WHERE state in ('waiting', 'sending', 'deferred');
