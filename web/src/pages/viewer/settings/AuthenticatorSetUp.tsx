import { Alert, Box, Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { QRCodeSVG } from "qrcode.react";
import { useState, type FormEvent } from "react";

import { toApiError } from "@/api/errors";
import { useAuth } from "@/auth/Auth";
import { authenticatorAddress, type TwoStep } from "@/auth/twoStep";

/** Shows a secret to an authenticator app, and turns two-step sign-in on when the app proves that it has it. */
export function AuthenticatorSetUp({ pool, done }: { pool: TwoStep; done: () => void }) {
  const { email } = useAuth();
  // The secret is nowhere but here: it is gone with the page, and another one is made the next time.
  const [secret, setSecret] = useState<string | null>(null);
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const act = (action: Promise<void>) => {
    setIsBusy(true);
    setError(null);
    action.catch(setError).finally(() => setIsBusy(false));
  };
  const turnOn = (event: FormEvent) => {
    event.preventDefault();
    act(pool.turnOn(code.replace(/\s/g, "")).then(done));
  };
  const problem = error ? (
    <Alert color="red" role="alert">
      {toApiError(error).message}
    </Alert>
  ) : null;

  if (secret === null) {
    return (
      <>
        {problem}
        <Text size="sm">Two-step sign-in is off.</Text>
        <Group>
          <Button loading={isBusy} onClick={() => act(pool.newSecret().then(setSecret))}>
            Set up an authenticator app
          </Button>
          <Button variant="default" onClick={done}>
            Leave it off
          </Button>
        </Group>
      </>
    );
  }
  return (
    <Stack component="form" gap="md" onSubmit={turnOn}>
      <Text size="sm">Scan this with your authenticator app, or type the key below into it.</Text>
      <Box bg="white" p="sm" w="fit-content">
        <QRCodeSVG value={authenticatorAddress(email ?? "", secret)} size={176} title="QR code with the key" />
      </Box>
      <Code block style={{ whiteSpace: "normal", overflowWrap: "anywhere" }} aria-label="Key">
        {secret.replace(/(.{4})/g, "$1 ").trim()}
      </Code>
      <TextInput
        label="Code that the app shows"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        inputMode="numeric"
        autoComplete="one-time-code"
        maw={260}
        required
        data-autofocus
      />
      {problem}
      <Group>
        <Button type="submit" loading={isBusy}>
          Turn on
        </Button>
        <Button variant="default" onClick={done}>
          Leave it off
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        Keep your app: without it you need an operator&apos;s help to sign in with your password.
      </Text>
    </Stack>
  );
}
