"""One person is one user, whichever way they come first: the rule by which an identity finds its user."""

from enum import Enum

from sign_up_link.identity import Identity, SignUpRefused
from sign_up_link.users import User, Users

# Nobody has signed in yet: not confirmed after a sign-up, or invited and never come.
NEVER_USED = frozenset({"UNCONFIRMED", "FORCE_CHANGE_PASSWORD"})
# The user has signed in with a password, or could.
USED = frozenset({"CONFIRMED", "RESET_REQUIRED"})


class Standing(Enum):
    """What a user's claim to an address is worth."""

    PROVEN = "proven"
    UNUSED = "unused"
    DOUBTFUL = "doubtful"
    CLOSED = "closed"


def standing(user: User) -> Standing:
    """Return what the claim of a user to the address is worth.

    Whoever typed an address without proving it may be waiting for its owner to come. Until then nobody has been in, so
    the owner may have the account, without the password that the other one knows. An account that has been used on an
    unproven address is nobody's to give away.
    """
    if not user.is_enabled:
        return Standing.CLOSED
    if user.status in NEVER_USED:
        return Standing.UNUSED
    if user.status in USED and user.has_proven_email:
        return Standing.PROVEN
    return Standing.DOUBTFUL


def link(users: Users, identity: Identity) -> str:
    """Let an identity sign in as the one user of its address, who is made if there is none; returns the user's id.

    Every step looks at what is there, so a second run goes on where the first one stopped: Cognito asks again when it
    has waited for five seconds. Raises SignUpRefused.
    """
    user = users.find(identity.email) or users.make(identity.email)
    match standing(user):
        case Standing.CLOSED:
            raise SignUpRefused("This account has been closed.")
        case Standing.DOUBTFUL:
            raise SignUpRefused("An account has this e-mail address and has not proven it. Sign in with its password.")
        case Standing.UNUSED:
            users.hand_over(user)
        case Standing.PROVEN:
            pass
    if (identity.provider, identity.subject) not in user.identities:
        users.link(user, identity)
    return user.id
