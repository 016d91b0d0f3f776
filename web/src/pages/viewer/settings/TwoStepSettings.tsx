import { Button, Group, Text } from "@mantine/core";
import { IconShieldLock } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useAuth } from "@/auth/Auth";
import { TwoStep } from "@/auth/twoStep";
import { ErrorNotice, LoadingLines } from "@/components/States";
import { useConfig } from "@/config";

import { AuthenticatorSetUp } from "./AuthenticatorSetUp";
import { Section } from "./Section";

/** Whether the sign-in pages ask for a code of an authenticator app after the password. */
export function TwoStepSettings() {
  const { signInToChange, tokenToChange } = useAuth();
  return (
    <Section
      title="Two-step sign-in"
      lead="After your password, the sign-in page asks for a code that an authenticator app on your phone shows. Signing in with Google is Google's own to protect."
    >
      {tokenToChange ? (
        <Change token={tokenToChange} />
      ) : (
        <Group>
          <Button
            variant="default"
            leftSection={<IconShieldLock size={18} aria-hidden />}
            onClick={() => signInToChange("/settings")}
          >
            Set up or turn off
          </Button>
          <Text size="xs" c="dimmed">
            You may be asked to sign in once more.
          </Text>
        </Group>
      )}
    </Section>
  );
}

function Change({ token }: { token: string }) {
  const { signIn } = useAuth();
  const { userPoolUrl } = useConfig();
  const [pool] = useState(() => new TwoStep(userPoolUrl, token));
  // An ordinary sign-in gives the right to change this up again.
  const leave = () => signIn("/settings");
  const status = useQuery({ queryKey: ["two-step"], queryFn: () => pool.isOn(), gcTime: 0 });
  const turningOff = useMutation({ mutationFn: () => pool.turnOff(), onSuccess: leave });
  const error = status.error ?? turningOff.error;

  if (error) {
    const retry = () => (status.error ? void status.refetch() : turningOff.reset());
    return <ErrorNotice error={error} what="Two-step sign-in could not be changed" retry={retry} />;
  }
  if (status.data === undefined) return <LoadingLines lines={1} height={36} />;
  if (!status.data) return <AuthenticatorSetUp pool={pool} done={leave} />;
  return (
    <>
      <Text size="sm">Two-step sign-in is on.</Text>
      <Group>
        <Button color="red" variant="light" loading={turningOff.isPending} onClick={() => turningOff.mutate()}>
          Turn off
        </Button>
        <Button variant="default" onClick={leave}>
          Keep it on
        </Button>
      </Group>
    </>
  );
}
