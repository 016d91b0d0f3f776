import { IconCircleMinus, IconCirclePlus } from "@tabler/icons-react";

import { TitleCard } from "@/components/TitleCard";
import { listed } from "@/app/words";

import type { TitleChange } from "./arrivals";
import { saidBy } from "./words";
import classes from "./viewer.module.css";

/** A title that arrived or left, with the services in question. */
export function ArrivalCard({ change }: { change: TitleChange }) {
  const hasArrived = change.kind === "arrived";
  const Icon = hasArrived ? IconCirclePlus : IconCircleMinus;
  const services = listed(change.sources.map(({ name }) => name ?? "a service"));
  return (
    <TitleCard
      card={{
        id: change.title_id,
        title: change.title,
        year: change.year,
        type: change.type,
        poster: change.poster,
        // The logos say where a title can be watched, so a service that it has left gets none.
        source_ids: hasArrived ? change.sources.map(({ id }) => id) : [],
        user_rating: null,
        followed: false,
        watched: false,
      }}
      note={
        <span title={`So says ${saidBy(change)}`}>
          <Icon size={14} aria-hidden className={hasArrived ? classes.arrived : classes.left} />{" "}
          {hasArrived ? "Arrived on" : "Left"} {services}
        </span>
      }
    />
  );
}
