import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconCalendarPlus } from "@tabler/icons-react";
import { useState } from "react";

import { ErrorNotice } from "@/components/States";
import { dayOf } from "@/app/words";

import { CalendarHowTo } from "./CalendarHowTo";
import { CalendarLink } from "./CalendarLink";
import { Confirm } from "./Confirm";
import { Section } from "./Section";
import { useCalendarLink } from "./useCalendarLink";

/** A private link by which calendar programs read what happens to the titles that the viewer follows. */
export function CalendarSettings() {
  const { link, error, retry, isBusy, isNew, isRemoved, renew, remove } = useCalendarLink();
  const [asked, setAsked] = useState<"renew" | "remove" | null>(null);
  const close = () => setAsked(null);
  return (
    <Section
      title="Calendar"
      lead="See in your own calendar when the titles you follow come out, arrive on your services, leave them or get a new season."
    >
      {error ? <ErrorNotice error={error} what="Your link could not be loaded" retry={retry} /> : null}
      {link === undefined && !error ? <Skeleton height={36} role="status" aria-label="Loading" /> : null}
      {link === null ? (
        <Group>
          <Button
            leftSection={<IconCalendarPlus size={18} aria-hidden />}
            loading={isBusy}
            // The button that removed the link has gone with it.
            autoFocus={isRemoved}
            onClick={() => void renew().catch(ignore)}
          >
            Create my calendar link
          </Button>
        </Group>
      ) : null}
      {link ? (
        <>
          <CalendarLink path={link.path} isNew={isNew} />
          <CalendarHowTo />
          <Group>
            <Button variant="default" onClick={() => setAsked("renew")}>
              Replace the link
            </Button>
            <Button variant="default" onClick={() => setAsked("remove")}>
              Remove the link
            </Button>
            <Text size="xs" c="dimmed">
              Made on {dayOf(link.created_at)}
            </Text>
          </Group>
        </>
      ) : null}
      <Confirm
        isOpen={asked !== null}
        title={asked === "remove" ? "Remove the link?" : "Replace the link?"}
        action={asked === "remove" ? "Remove it" : "Replace it"}
        isBusy={isBusy}
        close={close}
        confirm={() => void (asked === "remove" ? remove() : renew()).then(close).catch(ignore)}
      >
        {asked === "remove"
          ? "Calendar programs that have the link will show nothing new from then on. You can make another link at any time."
          : "Do this when somebody has the link who should not. The old link stops working at once; give your calendar programs the new one."}
      </Confirm>
    </Section>
  );
}

// The failure has been told already.
const ignore = () => undefined;
