"""The settings as a table for people: in the README, and by `python -m portal settings`."""

from pydantic import ByteSize, SecretStr
from pydantic.fields import FieldInfo

from portal.settings import SECRETS_FOLDER, Settings, variable

FOLDER_ROW = (
    f"| `{SECRETS_FOLDER}` | `/run/secrets` | A folder with one file for each secret value, "
    "named like its variable; a variable that is set wins over its file |"
)


def settings_table() -> str:
    """Every setting as a row of a Markdown table, for the README and `portal settings`."""
    rows = [
        f"| `{variable(name)}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Name | Without it | What it sets |", "|---|---|---|", *rows, FOLDER_ROW])


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, ByteSize):
        return f"`{value.human_readable(decimal=True).replace('.0', ' ')}`"
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    text = "" if isinstance(value, SecretStr) else str(value or "")
    return f"`{text}`" if text else "(empty)"
