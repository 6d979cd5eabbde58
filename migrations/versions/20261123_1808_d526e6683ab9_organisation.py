"""People, ledger, curricula, paths, accounts, jobs and audit: the first tables.

Revision ID: d526e6683ab9
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "d526e6683ab9"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "curriculum",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("published_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum")),
        sa.UniqueConstraint("key", name=op.f("uq_curriculum_key")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("working_days", sa.String(length=20), nullable=False),
        sa.Column("invitation_days", sa.Integer(), nullable=False),
        sa.Column("warn_days", sa.Integer(), nullable=False),
        sa.Column("mail_host", sa.String(length=255), nullable=False),
        sa.Column("mail_port", sa.Integer(), nullable=False),
        sa.Column("mail_security", sa.String(length=10), nullable=False),
        sa.Column("mail_user", sa.String(length=255), nullable=False),
        sa.Column("mail_password", sa.String(length=255), nullable=False),
        sa.Column("mail_from", sa.String(length=254), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "mail_security IN ('none', 'starttls', 'tls')", name=op.f("mail_goes_plain_by_starttls_or_by_tls")
        ),
        sa.CheckConstraint("id = 1", name=op.f("there_is_one_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("manager_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("no_team_stands_below_itself")),
        sa.ForeignKeyConstraint(["parent_id"], ["team.id"], name=op.f("fk_team_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "two_teams_at_the_top_differ_in_name",
            ["name"],
            unique=True,
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )
        batch_op.create_index("two_teams_of_one_parent_differ_in_name", ["parent_id", "name"], unique=True)

    op.create_table(
        "tries",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_tries")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("left_on IS NULL OR state <> 'active'", name=op.f("who_has_left_is_not_active")),
        sa.CheckConstraint(
            "state IN ('active', 'deactivated', 'erased')", name=op.f("a_person_is_active_deactivated_or_erased")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_person_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_team_id"), ["team_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_account")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_audit_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_action"), ["action"], unique=False)
        batch_op.create_index("ix_audit_actor_id_at", ["actor_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "away",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("days_away_end_after_they_begin")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_away_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_away_person_id"), ["person_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("mail_key", sa.String(length=254), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=True),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.CheckConstraint("theme IS NULL OR theme IN ('light', 'dark')", name=op.f("a_theme_is_light_or_dark")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contact")),
        sa.UniqueConstraint("mail_key", name=op.f("uq_contact_mail_key")),
        sa.UniqueConstraint("number", name=op.f("uq_contact_number")),
    )
    op.create_table(
        "curriculum_draft",
        sa.Column("curriculum_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_curriculum_draft_changed_by")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_curriculum_draft_curriculum_id")),
        sa.PrimaryKeyConstraint("curriculum_id", name=op.f("pk_curriculum_draft")),
    )
    op.create_table(
        "curriculum_owner",
        sa.Column("curriculum_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_curriculum_owner_curriculum_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_curriculum_owner_person_id")),
        sa.PrimaryKeyConstraint("curriculum_id", "person_id", name=op.f("pk_curriculum_owner")),
    )
    op.create_table(
        "curriculum_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("curriculum_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_curriculum_version_curriculum_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_curriculum_version_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_version")),
        sa.UniqueConstraint("curriculum_id", "number", name=op.f("uq_curriculum_version_curriculum_id_number")),
    )
    with op.batch_alter_table("curriculum_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_curriculum_version_curriculum_id"), ["curriculum_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f("a_running_job_has_a_lease")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'dead')", name=op.f("a_job_is_waiting_running_done_or_dead")
        ),
        sa.CheckConstraint("attempts >= 0 AND max_attempts > 0", name=op.f("attempts_are_counted_from_none")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_job_created_by")),
        sa.ForeignKeyConstraint(["parent_id"], ["job.id"], name=op.f("fk_job_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_job_state_run_after", ["state", "run_after"], unique=False)
        batch_op.create_index(
            "one_waiting_job_for_each_thing_to_do",
            ["dedupe_key"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.String(length=254), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('invitation', 'reset', 'mail', 'setup')",
            name=op.f("a_link_invites_resets_confirms_mail_or_sets_up"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("nonce", name=op.f("uq_one_time_link_nonce")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "personal_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("about_kind", sa.String(length=30), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_personal_text_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_text")),
        sa.UniqueConstraint("about_kind", "about_id", name=op.f("uq_personal_text_about_kind_about_id")),
    )
    with op.batch_alter_table("personal_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_text_person_id"), ["person_id"], unique=False)

    op.create_table(
        "planning",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("why_none", sa.String(length=40), nullable=True),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.CheckConstraint("planned <= wanted", name=op.f("a_path_never_runs_ahead_of_its_input")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_planning_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_planning")),
    )
    with op.batch_alter_table("planning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planning_look_again_on"), ["look_again_on"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id")),
        sa.PrimaryKeyConstraint("person_id", "competency", "last", name=op.f("pk_reminder")),
    )
    op.create_table(
        "right_held",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "held IN ('rep', 'trainer', 'administrator', 'auditor')",
            name=op.f("a_right_is_one_of_the_four_that_can_be_given"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_right_held_person_id")),
        sa.PrimaryKeyConstraint("person_id", "held", name=op.f("pk_right_held")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_digest")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "study_plan",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("aim", sa.Date(), nullable=True),
        sa.Column("weekly_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("minimise", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "minimise IN ('hours', 'cost', 'courses', 'date')", name=op.f("a_path_minimises_hours_cost_courses_or_date")
        ),
        sa.CheckConstraint(
            "weekly_hundredths BETWEEN 1 AND 16800", name=op.f("a_week_has_more_than_none_and_at_most_168_hours")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_study_plan_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_study_plan")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("attested_on", sa.Date(), nullable=False),
        sa.Column("attested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_attestation_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint(
            "NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_attestation_names_which")
        ),
        sa.ForeignKeyConstraint(["attested_by"], ["person.id"], name=op.f("fk_attestation_attested_by")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_attestation_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["attestation.id"], name=op.f("fk_attestation_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attestation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_attestation_corrects_id")),
    )
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attestation_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attestation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "completion",
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_completion_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint("NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_completion_names_which")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_completion_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["completion.id"], name=op.f("fk_completion_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_completion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_completion_corrects_id")),
    )
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_completion_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_completion_person_id"), ["person_id"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("session", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_enrolment_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint(
            "state IN ('enrolled', 'started', 'withdrawn')", name=op.f("an_enrolment_is_enrolled_started_or_withdrawn")
        ),
        sa.CheckConstraint("NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_enrolment_names_which")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_enrolment_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["enrolment.id"], name=op.f("fk_enrolment_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_enrolment_corrects_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("rater_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_evidence_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint("NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_evidence_names_which")),
        sa.CheckConstraint("level >= 0", name=op.f("a_level_is_never_below_none")),
        sa.CheckConstraint("until IS NULL OR until >= shown_on", name=op.f("evidence_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_evidence_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["evidence.id"], name=op.f("fk_evidence_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_evidence_rater_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_evidence_corrects_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_person_id"), ["person_id"], unique=False)

    op.create_table(
        "exemption",
        sa.Column("course", sa.String(length=200), nullable=True),
        sa.Column("competency", sa.String(length=200), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_exemption_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint(
            "(competency IS NULL) = (level IS NULL)", name=op.f("an_exemption_from_a_competency_names_its_level")
        ),
        sa.CheckConstraint(
            "(course IS NULL) <> (competency IS NULL)", name=op.f("an_exemption_is_from_a_course_or_a_level")
        ),
        sa.CheckConstraint("NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_exemption_names_which")),
        sa.CheckConstraint(
            "until IS NULL OR first IS NULL OR until >= first", name=op.f("an_exemption_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_exemption_approved_by")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_exemption_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["exemption.id"], name=op.f("fk_exemption_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exemption_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_exemption_corrects_id")),
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemption_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exemption_person_id"), ["person_id"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_digest", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('people', 'completions', 'evidence', 'outcomes')",
            name=op.f("a_batch_brings_people_completions_evidence_or_outcomes"),
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_import_batch_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "outcome",
        sa.Column("metric", sa.String(length=200), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_outcome_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint("NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_outcome_names_which")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_outcome_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["outcome.id"], name=op.f("fk_outcome_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outcome_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_outcome_corrects_id")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_outcome_person_id_metric_month", ["person_id", "metric", "month"], unique=False)

    op.create_table(
        "path",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("input_digest", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("hours_left", sa.Integer(), nullable=False),
        sa.Column("cost_left", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("next_course", sa.String(length=200), nullable=True),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("eligible_on", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('ready', 'optimal', 'feasible', 'blocked')",
            name=op.f("a_path_is_ready_optimal_feasible_or_blocked"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_path_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["curriculum_version.id"], name=op.f("fk_path_version_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_path")),
    )
    with op.batch_alter_table("path", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_path_version_id"), ["version_id"], unique=False)

    op.create_table(
        "role_assignment",
        sa.Column("role", sa.String(length=200), nullable=True),
        sa.Column("curriculum_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_role_assignment_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint("(role IS NULL) = (curriculum_id IS NULL)", name=op.f("a_role_belongs_to_a_curriculum")),
        sa.CheckConstraint(
            "NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_role_assignment_names_which")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_role_assignment_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["role_assignment.id"], name=op.f("fk_role_assignment_corrects_id")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_role_assignment_curriculum_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_role_assignment_corrects_id")),
    )
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_assignment_audit_id"), ["audit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_assignment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "seal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_seal_audit_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_seal")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_seal_audit_id")),
    )
    with op.batch_alter_table("curriculum") as batch_op:
        batch_op.create_foreign_key("fk_curriculum_published_id", "curriculum_version", ["published_id"], ["id"])
    with op.batch_alter_table("team") as batch_op:
        batch_op.create_foreign_key("fk_team_manager_id", "person", ["manager_id"], ["id"])


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("team") as batch_op:
        batch_op.drop_constraint("fk_team_manager_id", type_="foreignkey")
    with op.batch_alter_table("curriculum") as batch_op:
        batch_op.drop_constraint("fk_curriculum_published_id", type_="foreignkey")
    op.drop_table("seal")
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_assignment_person_id"))
        batch_op.drop_index(batch_op.f("ix_role_assignment_audit_id"))

    op.drop_table("role_assignment")
    with op.batch_alter_table("path", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_path_version_id"))

    op.drop_table("path")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index("ix_outcome_person_id_metric_month")
        batch_op.drop_index(batch_op.f("ix_outcome_person_id"))
        batch_op.drop_index(batch_op.f("ix_outcome_audit_id"))

    op.drop_table("outcome")
    op.drop_table("import_batch")
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exemption_person_id"))
        batch_op.drop_index(batch_op.f("ix_exemption_audit_id"))

    op.drop_table("exemption")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_person_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_audit_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_person_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_audit_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_completion_person_id"))
        batch_op.drop_index(batch_op.f("ix_completion_audit_id"))

    op.drop_table("completion")
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attestation_person_id"))
        batch_op.drop_index(batch_op.f("ix_attestation_audit_id"))

    op.drop_table("attestation")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_person_id"))

    op.drop_table("upload")
    op.drop_table("study_plan")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    op.drop_table("right_held")
    op.drop_table("reminder")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_person_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("planning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planning_look_again_on"))

    op.drop_table("planning")
    with op.batch_alter_table("personal_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_text_person_id"))

    op.drop_table("personal_text")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_person_id"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "one_waiting_job_for_each_thing_to_do",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_job_state_run_after")
        batch_op.drop_index(batch_op.f("ix_job_parent_id"))

    op.drop_table("job")
    with op.batch_alter_table("curriculum_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_curriculum_version_curriculum_id"))

    op.drop_table("curriculum_version")
    op.drop_table("curriculum_owner")
    op.drop_table("curriculum_draft")
    op.drop_table("contact")
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_away_person_id"))

    op.drop_table("away")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.drop_index("ix_audit_actor_id_at")
        batch_op.drop_index(batch_op.f("ix_audit_action"))

    op.drop_table("audit")
    op.drop_table("account")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_team_id"))

    op.drop_table("person")
    op.drop_table("tries")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index("two_teams_of_one_parent_differ_in_name")
        batch_op.drop_index(
            "two_teams_at_the_top_differ_in_name",
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_team_parent_id"))
        batch_op.drop_index(batch_op.f("ix_team_manager_id"))

    op.drop_table("team")
    op.drop_table("site")
    op.drop_table("holiday")
    op.drop_table("heartbeat")
    op.drop_table("curriculum")
