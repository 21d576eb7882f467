"""What a receiver does with a webhook."""

from datetime import datetime, timezone

from standardwebhooks import Webhook


def verified(arrival, secret):
    """The body as an object, when the official library verifies it; raises otherwise."""
    return Webhook(secret).verify(arrival.body, arrival.headers)


def is_signed(arrival, secret):
    """Whether the signature holds, however long ago it came: the library refuses what is older than five minutes."""
    at = datetime.fromtimestamp(int(arrival.headers["webhook-timestamp"]), tz=timezone.utc)
    signature = Webhook(secret).sign(arrival.id, at, arrival.body.decode())
    return signature in arrival.headers["webhook-signature"].split(" ")
