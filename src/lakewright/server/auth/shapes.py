"""A person and a session as the Supabase clients expect them in JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lakewright.store.accounts import Account, LinkedIdentity


def user_json(account: Account, identities: Sequence[LinkedIdentity]) -> dict[str, Any]:
    """The `User` object of the API; empty moments are left out, as Supabase Auth does."""
    moments = {
        "confirmed_at": account.confirmed_at,
        "email_confirmed_at": account.confirmed_at,
        "confirmation_sent_at": account.confirmation_sent_at,
        "recovery_sent_at": account.recovery_sent_at,
        "email_change_sent_at": account.email_change_sent_at,
        "last_sign_in_at": account.last_sign_in_at,
        "banned_until": account.banned_until,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
    }
    return {
        "id": str(account.id),
        "aud": "authenticated",
        "role": "authenticated",
        "email": account.email,
        "phone": "",
        "app_metadata": dict(account.app_metadata),
        "user_metadata": dict(account.user_metadata),
        "identities": [_identity_json(account, identity) for identity in identities],
        "is_anonymous": False,
        **({"new_email": account.new_email} if account.new_email else {}),
        **{name: moment_json(moment) for name, moment in moments.items() if moment},
    }


def _identity_json(account: Account, identity: LinkedIdentity) -> dict[str, Any]:
    return {
        "identity_id": str(identity.id),
        "id": identity.provider_id,
        "user_id": str(account.id),
        "identity_data": dict(identity.data),
        "provider": identity.provider,
        "last_sign_in_at": moment_json(identity.last_sign_in_at or identity.created_at),
        "created_at": moment_json(identity.created_at),
        "updated_at": moment_json(identity.updated_at),
        "email": identity.data.get("email", ""),
    }


def moment_json(moment: datetime) -> str:
    """RFC 3339 in UTC.

    >>> moment_json(datetime(2026, 11, 23, 12, tzinfo=UTC))
    '2026-11-23T12:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
