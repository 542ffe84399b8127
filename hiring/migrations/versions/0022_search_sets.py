"""The search index keeps its sets in another form: what there is serves nobody any more, and is built anew by the next sync."""

from alembic import op

revision = "0022_search_sets"
down_revision = "0021_debrief_ways"


def upgrade() -> None:
    op.execute("update search_generations set state = 'dropped'")
