import { Button, Group, Modal, Stack, Text, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";

import { $api } from "@/api/client";
import { toApiError } from "@/api/errors";

import { actionsOf, type Import, type ImportAction } from "./importStates";
import { counted } from "./words";

const buttons: Record<ImportAction, { label: string } & ButtonProps> = {
  read: { label: "Read it now", variant: "default" },
  start: { label: "Start the import" },
  stop: { label: "Stop", variant: "default" },
  resume: { label: "Resume" },
  cancel: { label: "Cancel the import", variant: "light", color: "red" },
  undo: { label: "Undo", variant: "light", color: "red" },
};

/** What can be done with an import now; an undo is asked about first. `done` is told, as the button may be gone. */
export function ImportActions({ shown, done }: { shown: Import; done: () => void }) {
  const queries = useQueryClient();
  const [isAsking, asking] = useDisclosure(false);
  const act = $api.useMutation("post", "/imports/{import_id}/{action}", {
    // Also after a refusal: somebody else, or the importer itself, may have been quicker.
    onSettled: async () => {
      void queries.invalidateQueries({ queryKey: ["get", "/imports"] });
      await queries.invalidateQueries({ queryKey: ["get", "/imports/{import_id}"] });
      done();
    },
    onError: (error) =>
      notifications.show({ color: "red", title: "That did not work", message: toApiError(error).message }),
  });
  const run = (action: ImportAction) => {
    asking.close();
    act.mutate({ params: { path: { import_id: shown.id, action } } });
  };
  const running = act.isPending ? act.variables.params.path.action : null;
  return (
    <>
      <Group gap="xs">
        {actionsOf(shown).map((action) => {
          const { label, ...props } = buttons[action];
          return (
            <Button
              key={action}
              {...props}
              loading={running === action}
              disabled={running !== null}
              onClick={() => (action === "undo" ? asking.open() : run(action))}
            >
              {action === "read" && shown.state === "failed" ? "Read it again" : label}
            </Button>
          );
        })}
      </Group>
      <Modal
        opened={isAsking}
        onClose={asking.close}
        closeButtonProps={{ "aria-label": "Close" }}
        title="Undo this import?"
      >
        <Stack>
          <Text size="sm">
            {counted(shown.counts.added, "film")} that it added will be taken out of the library again. Films that have
            been edited since stay.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={asking.close} data-autofocus>
              Keep them
            </Button>
            <Button color="red" onClick={() => run("undo")}>
              Take them out
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
