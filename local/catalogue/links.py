"""Addresses that lead to a title at a service: a search, because nobody publishes the real deep links."""

from urllib.parse import quote

from local.catalogue.models import Offer, Person, Source, Title

_SEARCH = {
    24: "https://www.amazon.co.uk/s?i=instant-video&k={}",
    26: "https://www.primevideo.com/search?phrase={}",
    140: "https://play.google.com/store/search?c=movies&q={}",
    181: "https://mubi.com/search/films?query={}",
    203: "https://www.netflix.com/search?q={}",
    344: "https://www.youtube.com/results?search_query={}",
    349: "https://tv.apple.com/search?term={}",
    371: "https://tv.apple.com/search?term={}",
    372: "https://www.disneyplus.com/browse/search?q={}",
    406: "https://www.nowtv.com/search?q={}",
    407: "https://www.channel4.com/search?q={}",
    409: "https://www.bbc.co.uk/iplayer/search?q={}",
    410: "https://player.bfi.org.uk/search/free?q={}",
    413: "https://www.itv.com/search?q={}",
    417: "https://www.rakuten.tv/uk/search?q={}",
    418: "https://www.channel5.com/search?q={}",
    444: "https://www.paramountplus.com/search/?query={}",
}


def web_url(title: Title, offer: Offer) -> str | None:
    """Return the web address of an offer: the recorded one, else a search for the title at the service."""
    page = _SEARCH.get(offer.source_id)
    return offer.web_url or (page.format(quote(title.title)) if page else None)


def app_url(title: Title, offer: Offer, scheme: str | None) -> str | None:
    """Return the address that opens an offer in the service's app, where the app has a scheme."""
    return f"{scheme}://title/{title.id}" if scheme else web_url(title, offer)


def poster(title: Title, width: int) -> str | None:
    """Return the address of WatchMode's poster: its id with a leading 0, then the width."""
    return f"https://cdn.watchmode.com/posters/0{title.id}_poster_w{width}.jpg" if title.poster else None


def backdrop(title: Title) -> str | None:
    """Return the address of WatchMode's backdrop."""
    return f"https://cdn.watchmode.com/backdrops/0{title.id}_bd_w780.jpg" if title.poster else None


def headshot(person: Person) -> str:
    """Return the address of WatchMode's portrait of a person."""
    return f"https://cdn.watchmode.com/profiles/0{person.watchmode_id}_profile_185.jpg"


def schemes(source: Source | None) -> tuple[str | None, str | None]:
    """Return the schemes of a service's iOS and Android apps."""
    return (source.ios_scheme, source.android_scheme) if source else (None, None)
