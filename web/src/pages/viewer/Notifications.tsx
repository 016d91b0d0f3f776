import { Button, SegmentedControl, Stack, Title, VisuallyHidden } from "@mantine/core";
import { IconBell, IconChecks } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";

import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice, LoadingLines } from "@/components/States";
import { More } from "@/components/TitleGrid";
import type { Params } from "@/app/params";

import { byDay, dayName } from "./days";
import { NotificationItem } from "./NotificationItem";
import { useNotifications, useReading } from "./reading";
import classes from "./viewer.module.css";

/** What the viewer was told in the last 90 days. */
export function Notifications() {
  const params: Params = useSearch({ strict: false });
  const navigate = useNavigate();
  const onlyUnread = params.show === "unread";
  const list = useNotifications(onlyUnread);
  const { read, readAll } = useReading();
  const unread = list.data?.pages[0]?.unread ?? 0;
  return (
    <Page
      title="Notifications"
      lead="What happened to the titles you follow, on your services. Kept for 90 days."
      actions={
        // Never taken away or switched off: it would take the focus with it.
        <Button
          variant="default"
          leftSection={<IconChecks size={18} aria-hidden />}
          aria-disabled={!unread}
          data-disabled={!unread || undefined}
          onClick={() => (unread ? readAll() : undefined)}
        >
          Mark all as read
        </Button>
      }
    >
      <SegmentedControl
        aria-label="Which notifications"
        data={[
          { value: "all", label: "All" },
          { value: "unread", label: unread ? `Unread (${unread})` : "Unread" },
        ]}
        value={onlyUnread ? "unread" : "all"}
        onChange={(show) =>
          void navigate({ to: "/notifications", search: show === "unread" ? { show } : {}, replace: true })
        }
        className={classes.fit}
      />
      <VisuallyHidden role="status">{list.data ? `${unread} unread` : null}</VisuallyHidden>
      <List list={list} read={read} onlyUnread={onlyUnread} />
    </Page>
  );
}

interface ListProps {
  list: ReturnType<typeof useNotifications>;
  read: ReturnType<typeof useReading>["read"];
  onlyUnread: boolean;
}

function List({ list, read, onlyUnread }: ListProps) {
  const { data, error, refetch, ...pages } = list;
  if (error && !data) {
    return <ErrorNotice error={error} what="Your notifications could not be loaded" retry={() => void refetch()} />;
  }
  if (!data) return <LoadingLines lines={6} height={84} />;
  const days = byDay(data.pages.flatMap((page) => page.notifications));
  if (!days.length) return <Nothing onlyUnread={onlyUnread} />;
  return (
    <Stack gap="lg" maw={860}>
      {days.map(({ day, items }) => (
        <section key={day.getTime()} aria-labelledby={`day-${day.getTime()}`}>
          <Title order={2} size="h5" mb="xs" id={`day-${day.getTime()}`}>
            {dayName(day)}
          </Title>
          <ul className={classes.list}>
            {items.map((item) => (
              <NotificationItem key={item.id} item={item} read={() => read(item)} />
            ))}
          </ul>
        </section>
      ))}
      {error ? (
        <ErrorNotice error={error} what="The list could not go on" retry={() => void pages.fetchNextPage()} />
      ) : (
        <More {...pages} />
      )}
    </Stack>
  );
}

function Nothing({ onlyUnread }: { onlyUnread: boolean }) {
  return onlyUnread ? (
    <EmptyState
      title="You have read everything"
      icon={<IconChecks size={34} />}
      action={
        <Button component={Link} to="/notifications" variant="default">
          Show what you have read
        </Button>
      }
    >
      New ones appear here, and at the bell above.
    </EmptyState>
  ) : (
    <EmptyState
      title="No notifications yet"
      icon={<IconBell size={34} />}
      action={
        <Button component={Link} to="/browse">
          Find titles to follow
        </Button>
      }
    >
      Follow a title, and you hear when it arrives on one of your services, leaves it or gets a new season.
    </EmptyState>
  );
}
