import { Group, Progress, Stack, Text } from "@mantine/core";
import { IconCheck, IconPlayerPause, IconPlugConnectedX } from "@tabler/icons-react";

import { count, percent } from "./format";
import { part } from "./budgets";
import { Sign } from "./Sign";
import type { Provider } from "./types";

/** Whether a provider is called now, as a word with a sign. */
export function ProviderBadge({ provider: { breaker, paused_until } }: { provider: Provider }) {
  if (breaker.state === "open")
    return (
      <Sign color="red" icon={IconPlugConnectedX}>
        Not called: it fails
      </Sign>
    );
  if (paused_until)
    return (
      <Sign color="yellow" icon={IconPlayerPause}>
        Paused
      </Sign>
    );
  return (
    <Sign color="green" icon={IconCheck}>
      In use
    </Sign>
  );
}

interface BudgetProps {
  label: string;
  used: number;
  of: number;
  /** From this part on the bar warns, and then says that it is spent. */
  warnAt?: number;
}

/** How much of a budget is spent, as a bar and in words. */
export function Budget({ label, used, of, warnAt = 0.9 }: BudgetProps) {
  const spent = part(used, of);
  const color = spent >= 1 ? "red" : spent >= warnAt ? "yellow" : "green";
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <Text size="sm" c="dimmed">
          {count(used)} of {count(of)} spent ({percent(spent)})
        </Text>
      </Group>
      <Progress value={spent * 100} color={color} aria-label={`${label}: spent`} size="lg" />
    </Stack>
  );
}
