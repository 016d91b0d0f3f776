import { Title } from "@mantine/core";

import { $api } from "@/api/client";
import { ErrorNotice } from "@/components/States";
import { TitleCard } from "@/components/TitleCard";
import { TitleGrid, TitleGridSkeleton } from "@/components/TitleGrid";

const CARDS = 24;

/** What is most watched on the viewer's services, for who does not know yet what to look for. */
export function Popular() {
  const query = { sort: "popularity" as const, limit: CARDS };
  const { data, error, refetch } = $api.useQuery("get", "/titles", { params: { query } });
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (!data) return <TitleGridSkeleton />;
  if (!data.titles.length) return null;
  return (
    <section aria-labelledby="popular">
      <Title order={2} size="h4" mb="md" id="popular">
        Popular on your services
      </Title>
      <TitleGrid>
        {data.titles.map((card) => (
          <TitleCard key={card.id} card={card} />
        ))}
      </TitleGrid>
    </section>
  );
}
