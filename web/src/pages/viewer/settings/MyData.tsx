import { Button, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { ErrorNotice } from "@/components/States";
import { counted } from "@/app/words";

import { DeleteAccount } from "./DeleteAccount";
import { readExport, saveFile } from "./myData";
import { Section } from "./Section";

/** Taking one's data away, and erasing it. */
export function MyData() {
  const [entries, setEntries] = useState(0);
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () => readExport(setEntries),
    onMutate: () => setEntries(0),
    onSuccess: (data) => saveFile(`marquee-${data.exported_at.slice(0, 10)}.json`, data),
  });
  return (
    <Section
      title="My data"
      lead="Everything Marquee knows of you: your choice of services and genres, settings, follows, ratings, what you have watched and hidden, notifications and your calendar link."
    >
      <Group>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          loading={isPending}
          onClick={() => mutate()}
        >
          Download my data
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {isPending ? `${counted(entries, "entry", "entries")} so far` : null}
          {isSuccess ? `Saved as a JSON file with ${counted(entries, "entry", "entries")}.` : null}
        </Text>
      </Group>
      {error ? <ErrorNotice error={error} what="Your data could not be downloaded" retry={() => mutate()} /> : null}
      <DeleteAccount />
    </Section>
  );
}
