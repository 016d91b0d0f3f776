import { Button, Group, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { useAuth } from "@/auth/Auth";
import { ErrorNotice } from "@/components/States";

import classes from "../viewer.module.css";
import { eraseAccount } from "./myData";

/** Erasing the account, after its address has been typed. */
export function DeleteAccount() {
  const { email, signOut } = useAuth();
  const [isOpen, { open, close }] = useDisclosure();
  const [typed, setTyped] = useState("");
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: eraseAccount, onSuccess: signOut });
  const word = email ?? "delete";
  const isConfirmed = typed.trim().toLowerCase() === word.toLowerCase();
  return (
    <>
      <Group>
        <Button
          variant="default"
          className={classes.danger}
          onClick={() => {
            setTyped("");
            reset();
            open();
          }}
        >
          Delete my account
        </Button>
      </Group>
      <Modal
        opened={isOpen}
        // What has begun cannot be called off, so there is no way out that looks as if it were.
        onClose={isPending ? () => undefined : close}
        title="Delete your account?"
        centered
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isConfirmed && !isPending) mutate();
          }}
        >
          <Stack>
            <List size="sm" spacing={4}>
              <List.Item>
                Your choices, follows, ratings, history, notifications and calendar link are erased.
              </List.Item>
              <List.Item>Your sign-in is deleted, and you are signed out.</List.Item>
              <List.Item>Nobody can bring it back. Download your data first if you want to keep it.</List.Item>
            </List>
            <TextInput
              data-autofocus
              label={
                <>
                  Type{" "}
                  <Text span inherit fw={700} style={{ overflowWrap: "anywhere" }}>
                    {word}
                  </Text>{" "}
                  to confirm
                </>
              }
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            {error ? <ErrorNotice error={error} what="Your account is not deleted yet" retry={() => mutate()} /> : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={close} disabled={isPending}>
                Keep my account
              </Button>
              <Button type="submit" color="red" disabled={!isConfirmed} loading={isPending}>
                Delete it for good
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
