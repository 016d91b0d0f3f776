"""What the simulated Drive holds: the tree that was asked for, the tokens, and how it behaves."""

from collections.abc import Callable
from dataclasses import dataclass, field

from local.upstreams.drive import demo, tmdb5000
from local.upstreams.drive.accounts import ServiceAccount
from local.upstreams.drive.files import Tree
from local.upstreams.drive.listing import MOST
from local.upstreams.drive.tokens import Tokens
from local.upstreams.limits import Clock

TREES: dict[str, Callable[[str], Tree]] = {"demo": demo.tree, "tmdb5000": tmdb5000.tree}
FOLDERS = ("genre", "year")


@dataclass
class DriveStore:
    """The Drive of one run. `page_at_most` cuts pages of a list short, as Google is free to do."""

    clock: Clock
    account: ServiceAccount = field(default_factory=ServiceAccount)
    tokens: Tokens = field(init=False)
    name: str = field(init=False)
    folders: str = field(init=False)
    tree: Tree = field(init=False)
    page_at_most: int = field(init=False)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Bring everything back to the start: the demo tree, no token, whole pages. The key of the account stays."""
        self.tokens = Tokens(self.account, self.clock)
        self.page_at_most = MOST
        self.plant("demo", "genre")

    def plant(self, name: str, folders: str) -> None:
        """Replace all files by a tree; raises ValueError for one that there is not, or that lacks its data."""
        if name not in TREES or folders not in FOLDERS:
            raise ValueError(f"tree must be one of {', '.join(TREES)}, folders one of {', '.join(FOLDERS)}")
        self.tree = TREES[name](folders)
        self.name, self.folders = name, folders
