"""What a receiver does with a webhook."""

from standardwebhooks import Webhook


def verified(arrival, secret):
    """The body as an object, when the official library verifies it; raises otherwise."""
    return Webhook(secret).verify(arrival.body, arrival.headers)
