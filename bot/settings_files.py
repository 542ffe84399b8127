"""A setting from a file: `NAME_FILE` names one that holds the value of NAME."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_settings import PydanticBaseSettingsSource


class FromFiles(PydanticBaseSettingsSource):
    """`NAME_FILE=/run/secrets/x` gives the setting NAME the text of that file."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        name = f"{field.alias}_FILE"
        path = os.environ.get(name)
        if not path:
            return None, field.alias, False
        try:
            return Path(path).read_text().strip(), field.alias, False
        except OSError as error:
            raise ValueError(
                f"{name} names a file that cannot be read ({error.strerror})"
            ) from None

    def __call__(self) -> dict[str, Any]:
        fields: Mapping[str, Any] = self.settings_cls.model_fields
        found = {f.alias: self.get_field_value(f, name)[0] for name, f in fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def split(text: str) -> list[str]:
    """Cut a comma list; empty parts fall away."""
    return [part.strip() for part in text.split(",") if part.strip()]
