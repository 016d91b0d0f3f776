import { useState } from "react";

import classes from "./Poster.module.css";

interface Props {
  /** The provider's own address of the picture; null where there is none. */
  src: string | null;
  title: string;
  year?: number | null;
  type?: string;
  /** Load at once: for what is seen first. */
  eager?: boolean;
  /** Draw without words: for a small one with the title beside it. */
  plain?: boolean;
}

/** A title's poster; without one, or when it cannot be loaded, a drawn one, which is the same for the same title. */
export function Poster({ src, title, year, type, eager, plain }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  if (src && failed !== src) {
    return (
      <img
        className={classes.picture}
        src={src}
        alt=""
        width={342}
        height={513}
        loading={eager ? "eager" : "lazy"}
        decoding="async"
        onError={() => setFailed(src)}
      />
    );
  }
  const hue = hueOf(title);
  return (
    <div
      className={classes.drawn}
      data-motif={hue % 4}
      style={{ "--hue": hue, "--turn": `${hue % 90}deg` } as React.CSSProperties}
      aria-hidden
    >
      <span className={classes.lamps} />
      {plain ? null : (
        <>
          <span className={classes.name}>{title}</span>
          <span className={classes.facts}>{[year, type ? typeNames[type] : null].filter(Boolean).join(" · ")}</span>
        </>
      )}
    </div>
  );
}

/** How the types of titles are called. */
export const typeNames: Record<string, string> = {
  movie: "Film",
  tv_series: "Series",
  tv_miniseries: "Miniseries",
  tv_special: "Special",
  tv_movie: "TV film",
  short_film: "Short film",
};

/** A colour between 0 and 359 that belongs to a name. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return hash % 360;
}
