import { Alert, type AlertProps } from "@mantine/core";

/** Something to be seen among other things. Its title has the colour of the text: its own is too pale on its ground. */
export function Note(props: AlertProps) {
  return <Alert {...props} styles={{ title: { color: "var(--mantine-color-text)" } }} />;
}
