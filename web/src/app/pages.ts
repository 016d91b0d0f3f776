/** The pages that the header names. */
export const pages = [
  { to: "/", label: "Guide" },
  { to: "/recommendations", label: "For you" },
  { to: "/arrivals", label: "Arrivals" },
  { to: "/following", label: "Following" },
  { to: "/library", label: "Library" },
] as const;
