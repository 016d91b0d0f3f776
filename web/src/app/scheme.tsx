import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";

/** The other of light and dark, with its sign and a way to it. */
export function useScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const next = useComputedColorScheme("light") === "dark" ? ("light" as const) : ("dark" as const);
  const icon = next === "dark" ? <IconMoon size={16} aria-hidden /> : <IconSun size={16} aria-hidden />;
  return { next, icon, toggle: () => setColorScheme(next) };
}
