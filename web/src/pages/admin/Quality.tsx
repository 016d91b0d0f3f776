import { Button, Group, Progress, Select, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconChartDots, IconRuler2 } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";

import { $api } from "@/api/client";
import { TextLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState } from "@/components/States";

import { oneOf, useAddress } from "./address";
import { count, percent } from "./format";
import { Loaded, Panel } from "./Panel";
import { part } from "./budgets";
import { change as changeOf, trendOf } from "./trend";
import { RunDialog } from "./RunDialog";
import type { Kind } from "./runs";
import type { Measure, Quality as Report } from "./types";
import { When } from "./When";

// The charts are as large as all the rest: they come when there is something to draw.
const TrendChart = lazy(() => import("./TrendChart").then(({ TrendChart }) => ({ default: TrendChart })));

const EVERY_MINUTE = 60_000;

/** What the data lacks, with titles to look at, and how that went on from day to day. */
export function Quality() {
  const [asked, setAsked] = useState<Kind | null>(null);
  const query = $api.useQuery("get", "/admin/quality", {}, { refetchInterval: EVERY_MINUTE });
  const report = query.data;
  const measure = (
    <Button
      variant={report && !report.as_of ? "filled" : "default"}
      leftSection={<IconRuler2 size={16} aria-hidden />}
      onClick={() => setAsked("data_quality")}
    >
      Measure now
    </Button>
  );
  return (
    <Page
      title="Data quality"
      lead={
        report?.as_of ? (
          <>
            Measured <When at={report.as_of} />; once a day by itself.
          </>
        ) : (
          "Measured once a day."
        )
      }
      actions={measure}
    >
      <Loaded query={query} lines={4} lineHeight={150}>
        {(found) =>
          found.as_of ? (
            <Stack>
              <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
                {found.measures.map((each) => (
                  <MeasureCard key={each.name} measure={each} difference={changeOf(found, each.name)} />
                ))}
              </SimpleGrid>
              <Trend report={found} />
            </Stack>
          ) : (
            <EmptyState title="Nothing measured yet" icon={<IconChartDots size={34} />}>
              The first measurement comes with the next day. Measure now to see it at once.
            </EmptyState>
          )
        }
      </Loaded>
      <RunDialog kind={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}

function MeasureCard({ measure, difference }: { measure: Measure; difference: number | null }) {
  const examples = measure.examples ?? [];
  const share = part(measure.count, measure.of);
  return (
    <Panel title={measure.label}>
      <Stack gap="xs">
        <Group justify="space-between" align="baseline">
          <Text fz={28} fw={750} lh={1.1}>
            {count(measure.count)}
          </Text>
          <Text size="sm" c="dimmed">
            {percent(share)} of {count(measure.of)}
            {difference === null ? "" : ` · ${signed(difference)} since the day before`}
          </Text>
        </Group>
        <Progress value={share * 100} aria-label={`${measure.label}: part of all titles`} />
        {examples.length ? (
          <Group gap="xs" component="ul" style={{ listStyle: "none", padding: 0, margin: 0 }}>
            {examples.map(({ id, title }) => (
              <li key={id}>
                <TextLink to="/titles/$id" params={{ id }} size="sm">
                  {title || id}
                </TextLink>
              </li>
            ))}
          </Group>
        ) : null}
      </Stack>
    </Panel>
  );
}

function Trend({ report }: { report: Report }) {
  const [address, change] = useAddress("measure");
  const names = report.measures.map(({ name }) => name);
  const name = oneOf(names, address.measure) ?? names[0];
  const label = report.measures.find((each) => each.name === name)?.label ?? "";
  const points = trendOf(report, name);
  return (
    <Panel
      title="From day to day"
      actions={
        <Select
          aria-label="What the chart shows"
          data={report.measures.map((each) => ({ value: each.name, label: each.label }))}
          value={name ?? null}
          onChange={(value) => change({ measure: value === names[0] ? null : value })}
          allowDeselect={false}
          w={{ base: "100%", xs: 320 }}
        />
      }
    >
      {points.length > 1 ? (
        <Suspense fallback={<Skeleton height={340} role="status" aria-label="Loading" />}>
          <TrendChart points={points} label={label} />
        </Suspense>
      ) : (
        <Text size="sm" c="dimmed">
          A trend shows after two days.
        </Text>
      )}
    </Panel>
  );
}

const signed = (difference: number): string =>
  difference === 0 ? "no change" : `${difference > 0 ? "+" : "−"}${count(Math.abs(difference))}`;
