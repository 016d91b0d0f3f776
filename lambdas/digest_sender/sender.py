"""The e-mail of one viewer: what is due, claimed, written and sent."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from digest_sender import digest
from digest_sender.mail import Addresses, Mailer, MailRefused, MailUncertain
from marquee import clock, guide
from marquee.errors import Conflict, MarqueeError
from marquee.messages.notifications import DigestRequest
from marquee.models.changes import Change
from marquee.models.viewers import DigestFrequency
from marquee.repositories.digests import Digests
from marquee.repositories.marks import MarkRepository
from marquee.repositories.titles import TitleRepository

FAILURES = (ValidationError, MarqueeError, ClientError, BotoCoreError)
ATTEMPTS = 5
Outcome = Literal["sent", "nothing_due", "no_address", "uncertain"]


class TimeUp(MarqueeError):
    """The function is about to be stopped, which must not happen between a claim and its e-mail."""


@dataclass(frozen=True)
class Sender:
    """Sends viewers what is due.

    However often and however many at a time ask for the same viewer, each change is in one e-mail at most: it is
    claimed before it is sent (see `Digests`) and given back only when SES has certainly not sent it. When nobody knows,
    or when the function dies in between, it stays claimed: rather no e-mail than two. It is in the inbox anyway.
    """

    digests: Digests
    marks: MarkRepository
    titles: TitleRepository
    addresses: Addresses
    mailer: Mailer
    services: Mapping[str, str]
    web_url: str

    def send_all(self, request: DigestRequest, outcomes: Counter[str], deadline: float) -> None:
        """Send each viewer of a message what is due and count how that ended; raises what has to be tried again.

        One e-mail that is refused is due again with the next digest and holds up nobody; if all would be refused, or a
        viewer's turn failed, the message comes again for whoever has not had theirs. Raises TimeUp at `deadline`.
        """
        problem: Exception | None = None
        wanted = self.digests.still_wanted(request.frequency, request.user_ids)
        for user_id in (each for each in request.user_ids if each in wanted):
            if time.time() > deadline:
                raise TimeUp("the rest of the viewers come with the message again")
            try:
                outcomes[self.send(request.frequency, user_id)] += 1
            except MailRefused as error:
                outcomes["refused"] += 1
                if error.for_all:
                    raise
            except FAILURES as error:
                outcomes["failed"] += 1
                problem = error
        if problem:
            raise problem

    def send(self, frequency: DigestFrequency, user_id: str) -> Outcome:
        """Send a viewer what is due; raises MailRefused when that is due again, Conflict when others keep winning."""
        for _ in range(ATTEMPTS):
            due = self.digests.due(user_id)
            if not due:
                return "nothing_due"
            address = self.addresses.of(user_id)
            if address is None:
                return "no_address"
            # Everything that may fail is done by now: between claim and sending there is nothing but the two.
            email, moment = self._compose(frequency, user_id, due), clock.now()
            if self.digests.claim(frequency, user_id, due, moment):
                return self._send_claimed(user_id, address, email, due, moment) if email else "nothing_due"
            if not self.digests.still_wanted(frequency, [user_id]):
                return "nothing_due"
        raise Conflict("what is due to a viewer was changed by others again and again")

    def _send_claimed(
        self, user_id: str, address: str, email: digest.Email, due: Sequence[Change], moment: str
    ) -> Outcome:
        try:
            self.mailer.send(address, email)
        except MailRefused:
            self.digests.give_back(user_id, due, moment)
            raise
        except MailUncertain:
            return "uncertain"
        return "sent"

    def _compose(self, frequency: DigestFrequency, user_id: str, due: Sequence[Change]) -> digest.Email | None:
        """Return the e-mail about what is due, None when there is nothing to say.

        Who has turned away from a title does not want to hear of it; the inbox still has what happened.
        """
        followed = self.marks.marked(user_id).followed
        told = [change for change in due if change.title_id in followed]
        if not told:
            return None
        titles = self.titles.get_many({change.title_id for change in told})
        posters = {each.id: guide.card(each).poster or "" for each in titles.values()}
        return digest.compose(frequency, told, services=self.services, posters=posters, web_url=self.web_url)
