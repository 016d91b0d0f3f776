import { useEffect, useRef, useState, type ReactNode } from "react";

/** Shows its content, and so begins to fetch it, when it comes near the part of the page that is seen. */
export function Later({ until, children }: { until: ReactNode; children: ReactNode }) {
  const [isNear, setIsNear] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element || isNear) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setIsNear(true),
      { rootMargin: "400px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isNear]);
  return isNear ? (
    children
  ) : (
    // Nothing is being fetched yet: nobody has to hear of it.
    <div ref={place} aria-hidden>
      {until}
    </div>
  );
}
