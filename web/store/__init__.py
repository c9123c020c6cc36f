"""The durable record of what was asked and answered: SQLite by default, PostgreSQL by one setting."""

from web.store.database import open_database
from web.store.repository import Store
from web.store.values import Choice, Handoff, NewChoice, NewTurn, Rating, StoredTurn

__all__ = ["Choice", "Handoff", "NewChoice", "NewTurn", "Rating", "Store", "StoredTurn", "open_database"]
