import { Button, Checkbox, CopyButton, Group, TextInput, VisuallyHidden } from "@mantine/core";
import { IconCalendarShare, IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";

import { calendarAddress, calendarKinds } from "./useCalendarLink";

/** The link with what it is to hold, to be copied or opened. */
export function CalendarLink({ path, isNew }: { path: string; isNew: boolean }) {
  const [kinds, setKinds] = useState<string[]>(calendarKinds.map(({ value }) => value));
  const address = calendarAddress(path, kinds, window.location.origin);
  return (
    <>
      <Checkbox.Group
        label="What it shows"
        description="Choose first: the link follows your choice."
        value={kinds}
        onChange={(chosen) => setKinds((before) => (chosen.length ? chosen : before))}
      >
        <Group mt="xs">
          {calendarKinds.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Group>
      </Checkbox.Group>
      <TextInput
        label="Your private link"
        description="Whoever has it can read your calendar. Share it with nobody else."
        value={address}
        readOnly
        // The button that made the link has gone.
        autoFocus={isNew}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group>
        <CopyButton value={address} timeout={4000}>
          {({ copied, copy }) => (
            <>
              <Button
                leftSection={copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
                onClick={copy}
              >
                {copied ? "Copied" : "Copy the link"}
              </Button>
              <VisuallyHidden role="status">{copied ? "The link has been copied." : null}</VisuallyHidden>
            </>
          )}
        </CopyButton>
        <Button
          component="a"
          href={address.replace(/^https?:/, "webcal:")}
          variant="default"
          leftSection={<IconCalendarShare size={18} aria-hidden />}
        >
          Open in my calendar program
        </Button>
      </Group>
    </>
  );
}
