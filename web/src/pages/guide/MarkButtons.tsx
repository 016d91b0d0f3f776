import { Button, Group } from "@mantine/core";
import { IconBookmark, IconBookmarkFilled, IconCheck, IconEye, IconEyeOff } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";
import { useMarks } from "@/api/marks";

import { RatingButton } from "./RatingButton";

type Marked = Pick<Schemas["TitleAnswer"], "id" | "title" | "followed" | "watched" | "hidden" | "my_rating">;

/** What a viewer can say of a title. */
export function MarkButtons({ title }: { title: Marked }) {
  const { setFollowed, setWatched, setHidden, rate } = useMarks(title.id);
  const icon = { size: 18, "aria-hidden": true };
  const plain = { variant: "white", color: "dark.9" } as const;
  return (
    <Group gap="xs" role="group" aria-label={`What you say of ${title.title}`}>
      <Button
        color="lamp.4"
        aria-pressed={title.followed}
        leftSection={title.followed ? <IconBookmarkFilled {...icon} /> : <IconBookmark {...icon} />}
        onClick={() => setFollowed(!title.followed)}
      >
        {title.followed ? "Following" : "Follow"}
      </Button>
      <RatingButton rating={title.my_rating} name={title.title} onRate={rate} {...plain} />
      <Button
        {...plain}
        aria-pressed={title.watched}
        leftSection={title.watched ? <IconCheck {...icon} /> : <IconEye {...icon} />}
        onClick={() => setWatched(!title.watched)}
      >
        Watched
      </Button>
      <Button
        {...plain}
        aria-pressed={title.hidden}
        leftSection={<IconEyeOff {...icon} />}
        onClick={() => setHidden(!title.hidden)}
      >
        {title.hidden ? "Hidden" : "Hide"}
      </Button>
    </Group>
  );
}
