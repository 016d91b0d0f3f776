import { useState } from "react";

import { hueOf } from "./Poster";
import classes from "./ServiceLogo.module.css";

/** A service's logo; without one its initials. The name is not said: it stands beside it or in `label`. */
export function ServiceLogo({
  name,
  logo,
  size = 32,
  label,
}: {
  name: string;
  logo: string | null;
  size?: number;
  label?: string;
}) {
  const [failed, setFailed] = useState<string | null>(null);
  if (logo && failed !== logo) {
    return (
      <img
        className={classes.logo}
        src={logo}
        alt={label ?? ""}
        width={size}
        height={size}
        loading="lazy"
        onError={() => setFailed(logo)}
      />
    );
  }
  return (
    <span
      className={classes.drawn}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      style={{ "--hue": hueOf(name), "--size": `${size}px` } as React.CSSProperties}
    >
      {initials(name)}
    </span>
  );
}

/** The first letters of the first two words; of one word its first two. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}+]+/u).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word[0]) : [words[0]?.slice(0, 2)];
  return letters.join("").toUpperCase();
}
