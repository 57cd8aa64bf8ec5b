"""Settings are read once, from a mapping, by one table."""

from pathlib import Path

import pytest

from lakewright.settings import SETTINGS, SettingError, Settings, SettingSpec, misspelt

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
SECRETS = [row.name for row in SETTINGS if row.secret]


def settings(**environment: str) -> Settings:
    return Settings.from_environment({"HOME": "/home/ada", **environment}, root=False)


def test_nothing_set_means_this_machine_only_with_everything_embedded() -> None:
    found = settings()

    assert (found.host, found.port, found.public_url) == (
        "127.0.0.1",
        8765,
        "http://127.0.0.1:8765",
    )
    assert found.is_loopback
    assert found.embedded_database
    assert found.supabase_url is None
    assert found.trusted_proxies == ()
    assert found.cors_origins == ()


def test_an_empty_variable_is_an_unset_one() -> None:
    assert settings(LAKEWRIGHT_PORT="", LAKEWRIGHT_DATABASE_URL=" ") == settings()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda row: row.name)
def test_every_setting_is_documented(setting: SettingSpec) -> None:
    assert f"`{setting.name}`" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("root", "platform", "data", "key_file"),
    [
        pytest.param(
            False,
            "linux",
            "/home/ada/.local/share/lakewright",
            "/home/ada/.config/lakewright/master.key",
            id="a user on Linux",
        ),
        pytest.param(True, "linux", "/var/lib/lakewright", "/etc/lakewright/master.key", id="root"),
        pytest.param(
            False,
            "darwin",
            "/home/ada/Library/Application Support/lakewright",
            "/home/ada/Library/Preferences/lakewright/master.key",
            id="a user on macOS",
        ),
        pytest.param(
            False,
            "win32",
            "/home/ada/AppData/Local/lakewright/data",
            "/home/ada/AppData/Local/lakewright/keys/master.key",
            id="a user on Windows",
        ),
    ],
)
def test_each_platform_has_its_folders(root: bool, platform: str, data: str, key_file: str) -> None:
    found = Settings.from_environment({"HOME": "/home/ada"}, root=root, platform=platform)
    assert (found.data, found.key_file) == (Path(data), Path(key_file))


def test_the_key_may_not_lie_beside_what_it_opens() -> None:
    with pytest.raises(SettingError, match="LAKEWRIGHT_KEY_FILE lies in the data folder"):
        settings(LAKEWRIGHT_DATA="/srv/lw", LAKEWRIGHT_KEY_FILE="/srv/lw/keys/master.key")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LAKEWRIGHT_PORT", "eighty", "a whole number"),
        ("LAKEWRIGHT_PORT", "65536", "from 0 to 65,535"),
        ("LAKEWRIGHT_PORT", "٨٠", "a whole number"),
        ("LAKEWRIGHT_PORT", "9" * 5000, "a whole number"),
        ("LAKEWRIGHT_HOST", "a b", "an address"),
        ("LAKEWRIGHT_SIGN_UP", "perhaps", "open or closed"),
        ("LAKEWRIGHT_LOG", "xml", "json or text"),
        ("LAKEWRIGHT_CONFIRM_EMAIL", "maybe", "yes or no"),
        ("LAKEWRIGHT_CORS_ORIGINS", "*", "an address like"),
        ("LAKEWRIGHT_CORS_ORIGINS", "https://a.example/path", "without a path"),
        ("LAKEWRIGHT_PUBLIC_URL", "javascript:alert(1)", "an address like"),
        ("LAKEWRIGHT_PUBLIC_URL", "https://user@host", "an address like"),
        ("LAKEWRIGHT_TRUSTED_PROXIES", "10.0.0.0/8, home", "networks like"),
        ("LAKEWRIGHT_TRUSTED_PROXIES", "10.0.0.1/8", "networks like"),
        ("LAKEWRIGHT_DATABASE_POOLER", "yes", "transaction or none"),
        ("LAKEWRIGHT_MAIL_FROM", "nobody", "an e-mail address"),
        ("LAKEWRIGHT_DATA", "a\0b", "a path"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(
    name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingError) as refused:
        settings(**{name: value})

    assert refused.value.where == name
    assert name in refused.value.problem
    assert expected in refused.value.problem


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingError) as refused:
        settings(LAKEWRIGHT_PORT="x", LAKEWRIGHT_LOG="y")

    assert "LAKEWRIGHT_PORT" in refused.value.problem
    assert "LAKEWRIGHT_LOG" in refused.value.problem


@pytest.mark.parametrize("name", ["LAKEWRIGHT_DATABASE_URL", "LAKEWRIGHT_SMTP_URL"])
@pytest.mark.parametrize(
    "value", ["hunter2", "mysql://a:hunter2@b/c", "postgresql://u:hunter2@[b", "smtp://u:hunter2"]
)
def test_a_refused_secret_is_not_repeated(name: str, value: str) -> None:
    if (name, value) == ("LAKEWRIGHT_SMTP_URL", "smtp://u:hunter2"):
        value = "smtp://u@h:hunter2"
    with pytest.raises(SettingError) as refused:
        settings(**{name: value})
    chain = refused.value.__context__
    assert "hunter2" not in f"{refused.value!r} {refused.value} {chain!r}"


def test_no_secret_shows_anywhere() -> None:
    found = settings(
        LAKEWRIGHT_DATABASE_URL="postgresql://app_api:hunter2@db/postgres",
        LAKEWRIGHT_MIGRATIONS_URL="postgresql://postgres:hunter2@db/postgres",
        LAKEWRIGHT_MASTER_KEY="hunter2",
        LAKEWRIGHT_SMTP_URL="smtp://me:hunter2@mail",
        LAKEWRIGHT_GITHUB_CLIENT_ID="id",
        LAKEWRIGHT_GITHUB_CLIENT_SECRET="hunter2",
    )

    assert "hunter2" not in f"{found!r} {found} {found.as_json()}"
    shown = found.as_json()
    assert {name: shown[name.removeprefix("LAKEWRIGHT_").lower()] for name in SECRETS} == (
        dict.fromkeys(SECRETS, "set")
    )


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"SUPABASE_URL": "https://p.supabase.co"}, "SUPABASE_PUBLISHABLE_KEY"),
        (
            {"SUPABASE_URL": "https://p.supabase.co", "SUPABASE_PUBLISHABLE_KEY": "k"},
            "LAKEWRIGHT_DATABASE_URL",
        ),
        ({"SUPABASE_PUBLISHABLE_KEY": "k"}, "SUPABASE_URL"),
        ({"LAKEWRIGHT_GITHUB_CLIENT_ID": "i"}, "LAKEWRIGHT_GITHUB_CLIENT_SECRET"),
        ({"LAKEWRIGHT_GITHUB_CLIENT_SECRET": "s"}, "LAKEWRIGHT_GITHUB_CLIENT_ID"),
    ],
)
def test_settings_that_belong_together_are_asked_for(
    environment: dict[str, str], missing: str
) -> None:
    with pytest.raises(SettingError) as refused:
        settings(**environment)
    assert f"{missing} is not" in refused.value.problem


@pytest.mark.parametrize(
    ("port", "said", "pooled"),
    [
        ("6543", "", True),
        ("5432", "", False),
        ("6543", "none", False),
        ("5432", "transaction", True),
    ],
)
def test_the_transaction_pooler_is_known_by_its_port_unless_somebody_says_otherwise(
    port: str, said: str, pooled: bool
) -> None:
    found = settings(
        LAKEWRIGHT_DATABASE_URL=f"postgresql://app_api:x@db:{port}/postgres",
        LAKEWRIGHT_DATABASE_POOLER=said,
    )
    assert found.transaction_pooler is pooled


@pytest.mark.parametrize(
    ("host", "loopback", "address"),
    [
        ("127.0.0.2", True, "http://127.0.0.2:8765"),
        ("::1", True, "http://[::1]:8765"),
        ("localhost", True, "http://localhost:8765"),
        ("0.0.0.0", False, "http://127.0.0.1:8765"),
        ("db.example", False, "http://db.example:8765"),
    ],
)
def test_whether_others_can_reach_us(host: str, loopback: bool, address: str) -> None:
    found = settings(LAKEWRIGHT_HOST=host)
    assert (found.is_loopback, found.public_url) == (loopback, address)


def test_a_misspelt_name_is_pointed_out() -> None:
    found = misspelt({"LAKEWRIGHT_PROT": "1", "LAKEWRIGHT_PORT": "1", "PATH": "/bin"})
    assert found == ["LAKEWRIGHT_PROT is no setting. Did you mean 'LAKEWRIGHT_PORT'?"]
