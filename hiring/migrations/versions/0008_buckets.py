"""The keys of the search index lie elsewhere now; an index made before is dropped, and the next full sync makes it anew."""

from alembic import op

revision = "0008_buckets"
down_revision = "0005_keys"


def upgrade() -> None:
    op.execute("update search_generations set state = 'dropped'")
