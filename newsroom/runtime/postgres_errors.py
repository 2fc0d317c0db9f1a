"""Why the private PostgreSQL cannot be used. Each message is one that a user can act on."""


class PrivatePostgresError(RuntimeError):
    """The private PostgreSQL cannot be used; the message says what to do."""


class PostgresNotInstalled(PrivatePostgresError):
    """The wheel with PostgreSQL is missing, and no other database has been named."""


class PostgresFailed(PrivatePostgresError):
    """A program of PostgreSQL has failed; the message holds what it said."""


class NoAccount(PrivatePostgresError):
    """We are root, and there is nobody else to run PostgreSQL as."""
