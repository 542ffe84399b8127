"""Who trains for which skill, what a skill asks of them, and the seats in which they learn."""

import sqlalchemy as sa
from alembic import op

revision = "0015_training"
down_revision = "0014_page"


def upgrade() -> None:
    op.create_table(
        "trainees",
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("user", sa.String(40), nullable=False),
        sa.Column("skill", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("team", "user", "skill"),
    )
    op.create_table(
        "training_paths",
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("skill", sa.String(40), nullable=False),
        sa.Column("shadows", sa.Integer(), nullable=False),
        sa.Column("reverse_shadows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team", "skill"),
    )
    kind = sa.Column("kind", sa.String(20), nullable=False, server_default="interviewer")
    op.add_column("interview_panel", kind)
    op.add_column("interview_panel", sa.Column("skill", sa.String(40)))
