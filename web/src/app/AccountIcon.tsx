import { ActionIcon, type ActionIconProps } from "@mantine/core";
import { IconUserCircle } from "@tabler/icons-react";
import type { ComponentPropsWithRef } from "react";

/** The button that opens the menu of who is signed in. */
export function AccountIcon(props: ActionIconProps & ComponentPropsWithRef<"button">) {
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account and settings" {...props}>
      <IconUserCircle size={24} aria-hidden />
    </ActionIcon>
  );
}
