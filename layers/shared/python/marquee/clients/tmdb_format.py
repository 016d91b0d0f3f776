"""How TMDB takes its key and says what went wrong: the same for all that is asked of it."""

from marquee.clients.translation import ProviderFormat

TMDB = ProviderFormat(
    name="tmdb",
    key_header="Authorization",
    key_prefix="Bearer ",
    code_field="status_code",
    message_field="status_message",
    # TMDB's own codes tell more than the HTTP status they come with.
    statuses={
        **dict.fromkeys((3, 7, 10, 14, 16, 17), 401),
        **dict.fromkeys((6, 21, 34), 404),
        25: 429,
        **dict.fromkeys((9, 46), 503),
        **dict.fromkeys((11, 15), 500),
        24: 504,
        43: 502,
    },
)
