# mypy: ignore-errors
"""The peer dlt, in an environment of its own: its REST source with its defaults, and one SQLite file."""

import sys

import dlt
from dlt.sources.rest_api import rest_api_source


def main(url: str, token: str, folder: str) -> None:
    source = rest_api_source({
        "client": {
            "base_url": f"{url}/v3/", "auth": {"type": "bearer", "token": token}, "paginator": "header_link",
        },
        "resources": [
            {"name": "candidates", "primary_key": "id", "endpoint": {"path": "candidates", "params": {"per_page": 500}}},
        ],
    })  # fmt: skip
    pipeline = dlt.pipeline(
        "candidates", pipelines_dir=f"{folder}/pipelines", dataset_name="main",
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{folder}/dlt.db"),
    )  # fmt: skip
    print(pipeline.run(source))


main(*sys.argv[1:])
