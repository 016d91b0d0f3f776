import type { NotificationData } from "@mantine/notifications";

import { toApiError } from "@/api/errors";

/** Say that an action of the viewer did not work, and why. */
export function tellFailure(what: string, error: unknown): void {
  tell({ color: "red", title: what, message: toApiError(error).message });
}

/** Say that an action of the viewer is done, where the page itself does not show it. */
export function tellDone(message: string): void {
  tell({ message });
}

/** The first visit has nothing to tell, and need not load what tells it. */
function tell(what: NotificationData): void {
  void import("@mantine/notifications").then(({ notifications }) => notifications.show(what));
}
