import {
  createTheme,
  defaultVariantColorsResolver,
  getPrimaryShade,
  isLightColor,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

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

/** Mantine picks black or white on a colour once, from its light shade; our dark shades need the other. */
const readable: VariantColorsResolver = (input) => {
  const colours = defaultVariantColorsResolver(input);
  const shades = input.theme.colors[input.color ?? input.theme.primaryColor];
  if (input.variant !== "filled" || !shades) return colours;
  const [light, dark] = (["light", "dark"] as const).map((scheme) =>
    isLightColor(shades[getPrimaryShade(input.theme, scheme)] ?? "", input.theme.luminanceThreshold)
      ? "var(--mantine-color-black)"
      : "var(--mantine-color-white)",
  );
  return { ...colours, color: `light-dark(${light}, ${dark})` };
};

const font = "'Inter Variable', 'Inter Fallback', system-ui, sans-serif";

export const theme = createTheme({
  primaryColor: "lamp",
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  variantColorResolver: readable,
  colors: { lamp, dark },
  fontFamily: font,
  headings: { fontFamily: font, fontWeight: "750" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  // Of dialogs and of messages: without a name they are only a cross.
  components: { CloseButton: { defaultProps: { "aria-label": "Close" } } },
});
