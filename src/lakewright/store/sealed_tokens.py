"""All tokens of a database, as rotating their keys sees them."""

from collections.abc import AsyncIterator

from lakewright.store.secrets import Place, SealedRow
from lakewright.store.work import SealedToken, SealedTokens


class TokenRows:
    """`SealedRows` over the connections to Databricks."""

    def __init__(self, tokens: SealedTokens) -> None:
        self._tokens = tokens

    async def sealed_rows(self) -> AsyncIterator[SealedRow]:
        """Every sealed token, a batch at a time."""
        async for token in self._tokens.all():
            place = Place.of_connection(token.workspace_id, token.connection_id)
            yield SealedRow(place, token.token_encrypted)

    async def replace_sealed(self, row: SealedRow, sealed: str) -> bool:
        """False when somebody entered another token meanwhile."""
        old = SealedToken(row.place.row_id, row.place.workspace_id, "", row.sealed)
        return await self._tokens.replace(old, sealed)
