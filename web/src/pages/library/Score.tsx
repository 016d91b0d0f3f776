import { Group, Text } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";

/** A film's rating of ten, or that it has none. */
export function Score({ rating, size = "sm" }: { rating: number | null; size?: "sm" | "xl" }) {
  if (rating === null) {
    return (
      <Text size="sm" c="dimmed">
        Not rated
      </Text>
    );
  }
  return (
    <Group gap={4} wrap="nowrap" display="inline-flex">
      <IconStarFilled size={size === "xl" ? 24 : 14} color="light-dark(#a86e00, #f5b83d)" aria-hidden />
      <Text span fw={700} size={size} role="img" aria-label={`Rated ${rating} of 10`}>
        {rating.toFixed(1)}
      </Text>
      {size === "xl" ? (
        <Text span size="sm" c="dimmed" aria-hidden>
          of 10
        </Text>
      ) : null}
    </Group>
  );
}
