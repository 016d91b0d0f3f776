"""Bodies of TMDB as they lie in the archive: Protocol Buffers, compressed by zstd with a dictionary.

A frame names the dictionary that it was written with, so that one trained later leaves what is stored readable. The
dictionaries that were trained for an archive lie in its bucket; one for each kind comes with this package.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from marquee.archive import codec, dictionaries
from marquee.archive.codec import Body, BodyKind, Unreadable

if TYPE_CHECKING:
    from zstandard import ZstdCompressionDict

# The last of the ordinary ones; those above need more memory and save nothing on bodies of this size.
LEVEL = 19
# In bytes. TMDB's largest bodies have a few megabytes; a frame that claims more than this is damaged.
LARGEST = 64 * 1024 * 1024


def pack(kind: BodyKind, body: Body, dictionary: bytes | None = None, *, checksum: bool = False) -> bytes:
    """Return `body` as it is stored, compressed with `dictionary`, or with the one that comes with this package.

    With a `checksum` the frame has four bytes more, and is never the same as without.
    """
    from zstandard import ZstdCompressor

    prepared = _for_packing(dictionary or dictionaries.shipped(kind))
    # Threads share the dictionary; a compressor of its own for each body costs next to nothing.
    return ZstdCompressor(level=LEVEL, dict_data=prepared, write_checksum=checksum).compress(codec.encode(kind, body))


def unpack(kind: BodyKind, data: bytes, find: Callable[[int], bytes]) -> Body:
    """Return the body that `pack` was given.

    `find` returns the dictionary of an id that does not come with this package. Raises Unreadable for what was not
    packed, and whatever `find` raises.
    """
    from zstandard import ZstdDecompressor, ZstdError, get_frame_parameters

    try:
        frame = get_frame_parameters(data)
        if not frame.dict_id or frame.content_size > LARGEST:
            raise Unreadable(f"This is no {kind} of the archive: it names no dictionary, or claims to be enormous.")
        dictionary = dictionaries.shipped_by_id(frame.dict_id) or find(frame.dict_id)
        decompressor = ZstdDecompressor(dict_data=_for_unpacking(dictionary))
        content = decompressor.decompress(data, allow_extra_data=False)
    except ZstdError as error:
        raise Unreadable(f"This is no {kind} of the archive: {error}.") from error
    return codec.decode(kind, content)


@cache
def _for_packing(dictionary: bytes) -> "ZstdCompressionDict":
    """Return a dictionary digested once: at this level that takes several times as long as to pack a body."""
    from zstandard import ZstdCompressionDict

    prepared = ZstdCompressionDict(dictionary)
    prepared.precompute_compress(level=LEVEL)
    return prepared


@cache
def _for_unpacking(dictionary: bytes) -> "ZstdCompressionDict":
    from zstandard import ZstdCompressionDict

    return ZstdCompressionDict(dictionary)
