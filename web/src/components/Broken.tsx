import { Button, Center, Stack, Text, Title } from "@mantine/core";

/** What is left to show when the app cannot even start. */
export function Broken() {
  return (
    <Center mih="100vh" p="lg" component="main">
      <Stack align="center" maw={460}>
        <Title order={1} size="h2">
          Marquee could not start
        </Title>
        <Text ta="center">Its configuration could not be loaded. Check your connection and try again.</Text>
        <Button onClick={() => window.location.reload()}>Try again</Button>
      </Stack>
    </Center>
  );
}
