import { Button, Group, VisuallyHidden } from "@mantine/core";
import { IconBookmark, IconBookmarkFilled, IconCheck, IconEye, IconEyeOff } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";
import { useMarks } from "@/api/marks";

type Marked = Pick<Schemas["HitAnswer"], "id" | "title" | "followed" | "watched" | "hidden">;

/** Follow, watched and hide in a list; each can be taken back at the same place. */
export function QuickMarks({ title }: { title: Marked }) {
  const { setFollowed, setWatched, setHidden } = useMarks(title.id);
  const icon = { size: 16, "aria-hidden": true };
  const choices = [
    {
      mark: "followed",
      label: title.followed ? "Following" : "Follow",
      isOn: title.followed,
      icon: title.followed ? <IconBookmarkFilled {...icon} /> : <IconBookmark {...icon} />,
      change: setFollowed,
    },
    {
      mark: "watched",
      label: "Watched",
      isOn: title.watched,
      icon: title.watched ? <IconCheck {...icon} /> : <IconEye {...icon} />,
      change: setWatched,
    },
    {
      mark: "hidden",
      label: title.hidden ? "Hidden" : "Not for me",
      isOn: title.hidden,
      icon: <IconEyeOff {...icon} />,
      change: setHidden,
    },
  ];
  return (
    <Group gap={6}>
      {choices.map(({ mark, label, isOn, icon: shown, change }) => (
        <Button
          key={mark}
          size="compact-sm"
          variant={isOn ? "filled" : "default"}
          aria-pressed={isOn}
          leftSection={shown}
          onClick={() => change(!isOn)}
        >
          {label}
          <VisuallyHidden>: {title.title}</VisuallyHidden>
        </Button>
      ))}
    </Group>
  );
}
