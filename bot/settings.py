"""Everything that can be set, read once from the environment or `.env`. The demo needs none of it."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.settings_files import FromFiles, split
from bot.settings_interviews import InterviewSettings

SLACK_API = "https://slack.com/api/"


class Settings(InterviewSettings):
    """One field per setting; its alias is the name in the environment, its description the docs."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    signing_secret: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_SIGNING_SECRET",
        description="Proves that a request comes from Slack: Basic Information → Signing Secret.",
    )
    bot_token: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_BOT_TOKEN",
        description="The `xoxb-` token of a single workspace; leave it out to use the install page.",
    )
    client_id: str = Field(
        "",
        alias="SLACK_CLIENT_ID",
        description="With the client secret, opens `/slack/install` for any number of workspaces.",
    )
    client_secret: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_CLIENT_SECRET",
        description="The other half of the install page.",
    )
    app_token: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_APP_TOKEN",
        description="The `xapp-` token for `serve --socket` (scope `connections:write`).",
    )
    slack_api_url: str = Field(
        SLACK_API,
        alias="CALLSHEET_SLACK_API_URL",
        description="Where Slack's Web API is; any Slack-compatible server will do.",
    )
    database_url: str = Field(
        "",
        alias="CALLSHEET_DATABASE_URL",
        description="`sqlite+aiosqlite:///…` (default: a file in the state folder) or `postgresql+psycopg://…`.",
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        alias="CALLSHEET_SECRET_KEYS",
        description="Fernet keys, separated by commas: the first encrypts, all decrypt. `doctor` makes one.",
    )
    public_url: str = Field(
        "",
        alias="CALLSHEET_PUBLIC_URL",
        description="The address candidates and Slack reach this server at, such as `https://hire.example.com`.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        alias="CALLSHEET_SMTP_URL",
        description="The mail server: `smtp://user:password@host:587` or `smtps://…`.",
    )
    mail_from: str = Field(
        "",
        alias="CALLSHEET_MAIL_FROM",
        description="The address mails to candidates come from.",
    )
    imap_url: SecretStr = Field(
        SecretStr(""),
        alias="CALLSHEET_IMAP_URL",
        description="The mailbox behind CALLSHEET_MAIL_FROM: `imaps://user:password@host`. Answers are noticed, and its Sent folder settles what is in doubt.",
    )
    company: str = Field(
        "our company",
        alias="CALLSHEET_COMPANY",
        description="How the company names itself in mails, letters and pages.",
    )
    command: str = Field(
        "hire",
        alias="CALLSHEET_COMMAND",
        description="The word of the slash command, without the slash.",
        pattern=r"^[a-z0-9_-]{1,31}$",
    )
    aliases: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None,
        alias="CALLSHEET_ALIASES",
        description="Which of the short commands to keep, separated by commas; `none` turns all off. Default: all.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="CALLSHEET_LOG_LEVEL", description="`debug`, `info`, `warning` or `error`."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto",
        alias="CALLSHEET_LOG_FORMAT",
        description="`json`, `text`, or `auto`: text on a terminal, else JSON.",
    )
    ca_file: str = Field(
        "",
        alias="CALLSHEET_CA_FILE",
        description="A file of certificate authorities (PEM) to trust besides the usual ones: for servers of your own network.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        alias="CALLSHEET_METRICS_TOKEN",
        description="The bearer token that `/metrics` will ask for.",
    )
    retention_days: int = Field(
        30,
        alias="CALLSHEET_RETENTION_DAYS",
        description="How many days finished jobs and seen deliveries are remembered.",
        ge=1,
    )
    folders: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        alias="CALLSHEET_FOLDERS",
        description="Folders of this machine, separated by commas, inside which CSV files may be connected. Default: none.",
    )
    var: Path = Field(
        Path("var"),
        alias="CALLSHEET_VAR",
        description="The folder for state: the default database and what the demo remembers.",
    )

    @field_validator("secret_keys", "folders", mode="before")
    @classmethod
    def _keys(cls, value: Any) -> Any:
        return tuple(split(value)) if isinstance(value, str) else value

    @field_validator("aliases", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return (
            () if value.strip().casefold() == "none" else tuple(w.strip("/") for w in split(value))
        )

    @property
    def keys(self) -> list[str]:
        return [key.get_secret_value() for key in self.secret_keys]

    @property
    def database(self) -> str:
        if not self.database_url:
            return f"sqlite+aiosqlite:///{(self.var / 'callsheet.db').resolve()}"
        from hiring.store import verified

        return verified(self.database_url, self.ca_file)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FromFiles(settings_cls), dotenv_settings


def read(**given: Any) -> Settings:
    """Read the settings. Raises ValueError with one sentence that names the setting and never its value."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ValueError(f"{first['loc'][0]}: {first['msg']}") from None
    except SettingsError as error:
        raise ValueError(str(error.__cause__ or error)) from None
