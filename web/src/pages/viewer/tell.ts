import { notifications } from "@mantine/notifications";

import { toApiError } from "@/api/errors";

/** Say that an action of the viewer did not work, and why. */
export function tellFailure(what: string, error: unknown): void {
  notifications.show({ color: "red", title: what, message: toApiError(error).message });
}

/** Say that an action of the viewer is done, where the page itself does not show it. */
export function tellDone(message: string): void {
  notifications.show({ message });
}
