import { hueOf } from "@/components/Poster";
import { initials } from "@/components/ServiceLogo";

import classes from "./MovieTile.module.css";

/** A film's colours, as large as a stamp, for where there is no room for a poster. */
export function MovieTile({ title, width = 34 }: { title: string; width?: number }) {
  return (
    <span
      className={classes.tile}
      aria-hidden
      style={{ "--hue": hueOf(title), "--width": `${width}px` } as React.CSSProperties}
    >
      {initials(title.replace(/^(the|an?) +(?=\S)/i, "").replace(/['’]/g, ""))}
    </span>
  );
}
