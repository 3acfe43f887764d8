/** The demand of today: given, or asked of Prometheus. */
import { HarnessError } from '../../base/errors.ts'
import type { DemandForecast } from '../../model/capacity.ts'
import type { Host } from '../../ports/host.ts'
import { resourceProbes } from '../../probes/index.ts'

/** The past over which the largest demand counts. */
const PAST = '28d'
const STEP = '5m'

/** A demand, or the query and the address of the Prometheus server that finds it. */
export type DemandSource = number | { readonly query: string; readonly url: string }

/** A demand that may have to be asked for. */
export interface DemandWish extends Omit<DemandForecast, 'demand'> {
  readonly demand: DemandSource
}

/** @throws HarnessError TARGET_UNREACHABLE, USAGE for an address that is none */
export async function demandOf(
  { demand, ...rest }: DemandWish,
  { clock }: Pick<Host, 'clock'>,
): Promise<DemandForecast> {
  return { ...rest, demand: typeof demand === 'number' ? demand : await largestDemand(demand, clock) }
}

/** Asks for the most of four weeks: what has to be served is no mean. */
async function largestDemand(
  { query, url }: Exclude<DemandSource, number>,
  clock: Host['clock'],
): Promise<number> {
  const plugin = resourceProbes.get('prometheus')
  const written = { url, query: `max_over_time((${query})[${PAST}:${STEP}])` }
  const config = plugin.configSchema.safeParse(written)
  if (!config.success)
    throw new HarnessError('USAGE', `the demand cannot be asked for: ${config.error.issues[0]?.message}`, {
      hint: 'Name the server with --prometheus http://127.0.0.1:9090.',
    })
  let why = 'the query finds no number'
  const probe = plugin.create(config.data, {
    clock,
    note: (message) => {
      why = message
    },
  })
  try {
    const value = (await probe.sample())?.value ?? null
    if (value !== null && value > 0) return value
  } finally {
    probe.stop()
  }
  throw new HarnessError('TARGET_UNREACHABLE', `Prometheus does not say the demand: ${why}`, {
    hint: `Try the query there: ${written.query}; or state the demand with --demand 450/s.`,
  })
}
