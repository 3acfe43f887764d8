/**
 * One figure from Prometheus: the result of a query, or a metric of a page that Prometheus could scrape, such as the event-loop
 * delay and garbage collections that a Node service exports.
 */
import * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import { connectionFailureOf } from '../base/errors.ts'
import { holdsNoPassword } from '../base/password-in-url.ts'
import { recordOf } from '../base/record-of.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { ResourceProbe, ResourceProbePlugin } from '../ports/resource-probe.ts'
import { parseValue, type SeriesValue, seriesIn } from './exposition.ts'
import { createPageClient, type Page, type PageClient } from './page-client.ts'
import { sayOnce } from './say-once.ts'
import { increaseOf, type Reading, watchSpans } from './spans.ts'

const url = z
  .url({ protocol: /^https?$/, error: 'write a URL, for example http://127.0.0.1:9090' })
  .refine(holdsNoPassword, "send an 'authorization' header with a secret instead of a password")
const headers = recordOf(z.string()).default({}).describe('Sent with every request')

const querySchema = z
  .strictObject({
    /** URL of a Prometheus server. */
    url: url.describe('URL of a Prometheus server'),
    /** PromQL query for a scalar or an instant vector; of a vector the first value is used. */
    query: z
      .string()
      .min(1)
      .describe('PromQL query for a scalar or an instant vector; of a vector the first value is used'),
    /** Sent with every request; values may be secrets. */
    headers,
  })
  .describe('A query')
type QueryConfig = z.output<typeof querySchema>

const scrapeSchema = z
  .strictObject({
    /** URL of the page with the metrics. */
    url: url.describe('URL of the page with the metrics'),
    /** Name of the series; their values are added up. */
    metric: z
      .string()
      .regex(/^[a-zA-Z_:][\w:]*$/, 'a metric name holds letters, digits, _ and :')
      .describe('Name of the series; their values are added up'),
    /** Only series with these labels. */
    labels: recordOf(z.string()).default({}).describe('Only series with these labels'),
    /** Use the increase per second instead of the value. Default: false. */
    rate: z.boolean().default(false).describe('Use the increase per second instead of the value'),
    /** Sent with every request; values may be secrets. */
    headers,
  })
  .describe('A metric of a page')
type ScrapeConfig = z.output<typeof scrapeSchema>

/** The dependencies of a probe besides its configuration. */
interface Means {
  readonly client: PageClient
  readonly clock: Clock
  /** Called with every failure. */
  readonly say: (message: string) => void
}

/** Watches a figure, `probe_value`: the answer to a query, or a metric of a page. */
export function prometheusProbe(
  config: Written<typeof querySchema> | Written<typeof scrapeSchema>,
): PluginPlan {
  return { plugin: 'prometheus', config }
}

/** The `prometheus` plugin. */
export const prometheusPlugin: ResourceProbePlugin = {
  name: 'prometheus',
  summary: 'a figure from a Prometheus server (a query) or from a page of metrics (a scrape)',
  configSchema: z.union([querySchema, scrapeSchema]),
  hostsOf: (config) => [new URL((config as QueryConfig | ScrapeConfig).url).hostname],
  create(config, { clock, note }) {
    const given = config as QueryConfig | ScrapeConfig
    const client = createPageClient({ accept: ACCEPT, ...given.headers })
    let stopped = false
    const once = sayOnce(note)
    const say = (message: string) => (stopped ? undefined : once(`${given.url}: ${message}`))
    const read = readerOf(given, { client, clock, say })
    return {
      async sample() {
        const value = await read()
        // A value that JSON cannot represent (a division by zero, say) is unknown.
        return stopped || value === null || !Number.isFinite(value) ? null : { ...NOTHING_ELSE, value }
      },
      stop() {
        stopped = true
        client.close()
      },
    } satisfies ResourceProbe
  },
}

const ACCEPT = 'text/plain;version=0.0.4, */*;q=0.1'
const NOTHING_ELSE = { cpuCores: null, rssBytes: null, cpuRatio: null, memoryRatio: null } as const

/** Creates the function that reads the figure; it resolves with null when the figure is not available, and never rejects. */
function readerOf(config: QueryConfig | ScrapeConfig, means: Means): () => Promise<number | null> {
  if ('query' in config) return () => orNull(means, () => answerTo(config, means.client))
  const scraped = (): Promise<Scrape | null> => orNull(means, () => scrape(config, means))
  if (config.rate) {
    const spans = watchSpans(scraped, means.clock)
    return async () => ratePerSec(await spans.next())
  }
  return async () => {
    const latest = await scraped()
    return latest === null ? null : [...latest.series.values()].reduce((sum, value) => sum + value, 0)
  }
}

async function orNull<T>({ say }: Means, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    say(connectionFailureOf(error, 'no answer'))
    return null
  }
}

const sampleSchema = z.tuple([z.number(), z.string()], { error: 'the query must return numbers' })
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion(
      'resultType',
      [
        z.object({
          resultType: z.literal('vector'),
          result: z.array(z.object({ value: sampleSchema })),
        }),
        z.object({ resultType: z.literal('scalar'), result: sampleSchema }),
      ],
      'the query must return a scalar or an instant vector',
    ),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
])

/** Runs the query; null when it finds no series. @throws Error when there is no answer, or the answer is an error */
async function answerTo({ url: server, query }: QueryConfig, client: PageClient): Promise<number | null> {
  const address = new URL(`${server.replace(/\/$/, '')}/api/v1/query`)
  address.searchParams.set('query', query)
  const parsed = answerSchema.safeParse(jsonOf(await client.get(address)))
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message)
  if (parsed.data.status === 'error') throw new Error(parsed.data.error)
  const { data } = parsed.data
  const sample = data.resultType === 'scalar' ? data.result : data.result[0]?.value
  return sample === undefined ? null : parseValue(sample[1])
}

/** Parses the body; errors are JSON as well, whatever their status. */
function jsonOf({ status, text }: Page): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`the server answered the query with ${status}, without JSON`, { cause })
  }
}

/** The values by series. */
interface Scrape extends Reading {
  readonly series: ReadonlyMap<string, number>
}

/** Scrapes the page. @throws Error when there is no page, or the requested series is not on it */
async function scrape(
  { url: address, metric, labels }: ScrapeConfig,
  { client, clock }: Means,
): Promise<Scrape> {
  const { status, text } = await client.get(new URL(address))
  if (status !== 200) throw new Error(`answered ${status}`)
  const found = seriesIn(text, metric).filter((series) => hasLabels(series, labels))
  if (found.length === 0) throw new Error(`the page has no ${metric}${labelsText(labels)}`)
  return { atMs: clock.nowMs(), series: new Map(found.map((series) => [keyOf(series), series.value])) }
}

function hasLabels({ labels }: SeriesValue, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels.get(name) === value)
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function keyOf({ labels }: SeriesValue): string {
  return JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Returns the increase per second. Counters restart one by one, so each is differenced alone; one that was absent before began at
 * 0.
 */
function ratePerSec({
  earlier,
  latest,
}: {
  readonly earlier: Scrape | null
  readonly latest: Scrape | null
}) {
  if (earlier === null || latest === null) return null
  let increase = 0
  for (const [key, value] of latest.series) increase += increaseOf(earlier.series.get(key) ?? 0, value)
  return increase / ((latest.atMs - earlier.atMs) / 1000)
}
