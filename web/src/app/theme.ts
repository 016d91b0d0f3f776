import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The gold of the lamps around a cinema's marquee. */
const lamp: MantineColorsTuple = [
  "#fff8e6",
  "#feefcc",
  "#fbdf9b",
  "#f8ce66",
  "#f5b83d",
  "#e0a11f",
  "#b97f0d",
  "#946404",
  "#7a5100",
  "#5c3c00",
];

/** A warm near-black, so that posters and lamps stand out. */
const dark: MantineColorsTuple = [
  "#f1ece3",
  "#d8d1c4",
  "#b5ad9e",
  "#8f877a",
  "#5f584d",
  "#423c33",
  "#2e2a23",
  "#221f19",
  "#191711",
  "#100e0a",
];

export const theme = createTheme({
  primaryColor: "lamp",
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  colors: { lamp, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "750" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
});
