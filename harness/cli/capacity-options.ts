/** Flags of a search for a capacity, and of the demand that it is held to. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { DemandWish } from '../app/capacity/demand.ts'
import { HarnessError } from '../base/errors.ts'
import { parseDurationMs, parseRatePerSec, parseRatio } from '../base/units.ts'
import { withoutGaps } from '../base/without-gaps.ts'
import { type CapacityControl, CONTROLS } from '../model/capacity.ts'
import { requireFittingUi, type UiFlags } from './dashboard-options.ts'
import type { LogFlags } from './run-console.ts'
import { checked, type SteadyFlags, wholeNumber } from './scenario-options.ts'
import type { HistoryFlags } from './verdict-options.ts'

export interface CapacityFlags extends SteadyFlags, LogFlags, HistoryFlags, UiFlags {
  readonly by: CapacityControl
  readonly from?: number
  readonly max?: number
  readonly precision?: number
  readonly probes?: number
  readonly probe?: string
  readonly budget?: string
  readonly demand?: number
  readonly demandQuery?: string
  readonly prometheus?: string
  readonly forecast?: boolean
  readonly growth?: number
  readonly reserve: number
  readonly instances?: number
  readonly atLeast?: number
  readonly strict?: boolean
  readonly allowOverload?: boolean
  readonly resume?: string
  readonly report: readonly string[]
  readonly threads?: number
  readonly out: string
  readonly state: string
  readonly json?: boolean
}

/** Adds them. */
export function addSearchOptions(command: Command): Command {
  return command
    .addOption(new Option('--by <variable>', 'what is searched').choices(CONTROLS).default('rate'))
    .option('--from <load>', 'first load, e.g. 50/s, or agents (default: a fifth of the scenario)', load)
    .option('--max <load>', 'largest load (default: none)', load)
    .option(
      '--precision <ratio>',
      'half width of the 90 % interval at which the search is over (default: 5%)',
      ratio,
    )
    .option('--probes <n>', 'probes before the confirmation, at most (default: 14)', wholeNumber(2, 100))
    .option(
      '--probe <time>',
      'length of every probe (default: as long as the objectives need)',
      checked(parseDurationMs),
    )
    .option('--budget <time>', 'length of the whole search, at most (default: 30m)', checked(parseDurationMs))
    .option('--at-least <load>', 'load that has to be held: exit status 1 when it is not', load)
    .option('--demand <load>', 'demand today, for headroom', load)
    .option(
      '--demand-query <promql>',
      'demand as Prometheus has it, e.g. sum(rate(http_requests_total[5m])): the most of 28 days',
    )
    .option('--prometheus <url>', 'Prometheus server that --demand-query asks')
    .option('--growth <ratio>', 'growth of the demand a month, e.g. 5%/month; needs a demand', growth)
    .option('--reserve <ratio>', 'share of the safe rate that has to stay free', ratio, 0.3)
    .option('--instances <n>', 'instances that serve now; needs a demand', wholeNumber(1, 100_000))
}

/** The search has a precision of its own. */
export function scenarioFlagsOf({ precision: _precision, ...flags }: CapacityFlags): SteadyFlags {
  return flags
}

export function settingsOf({ from, max, precision, probes, probe, budget }: CapacityFlags) {
  return withoutGaps({
    from,
    max,
    precision,
    probesMax: probes,
    probeS: probe === undefined ? undefined : parseDurationMs(probe) / 1000,
    budgetS: budget === undefined ? undefined : parseDurationMs(budget) / 1000,
  })
}

/** Checks that the flags fit together. @throws HarnessError USAGE when they do not */
export function requireFittingSearch(flags: CapacityFlags): void {
  const { resume, demand, demandQuery, growth: perMonth, instances, from, max } = flags
  if (resume !== undefined)
    for (const flag of ['from', 'max', 'precision', 'probes', 'probe', 'budget'] as const)
      if (flags[flag] !== undefined)
        throw new HarnessError('USAGE', `--${flag} cannot be changed for a search that goes on`, {
          hint: `Leave out --${flag}: the search in ${resume} knows its own.`,
        })
  requireOneDemand(flags)
  requireFittingUi(flags)
  const hasDemand = demand !== undefined || demandQuery !== undefined
  for (const [flag, value] of Object.entries({ '--growth': perMonth, '--instances': instances }))
    if (value !== undefined && !hasDemand)
      throw new HarnessError('USAGE', `${flag} needs a --demand`, {
        hint: `State today's demand, for example --demand 450/s ${flag} ...`,
      })
  if (from !== undefined && max !== undefined && from > max)
    throw new HarnessError('USAGE', '--from is larger than --max', { hint: 'Begin below the largest load.' })
}

/** @throws HarnessError USAGE */
function requireOneDemand({ demand, demandQuery, prometheus, forecast, history }: CapacityFlags): void {
  const refuse = (message: string, hint: string) => {
    throw new HarnessError('USAGE', message, { hint })
  }
  if (demand !== undefined && demandQuery !== undefined)
    refuse('--demand and --demand-query cannot be combined', 'State the demand, or ask for it.')
  if ((demandQuery === undefined) !== (prometheus === undefined))
    refuse(
      '--demand-query and --prometheus belong together',
      "For example: --prometheus http://127.0.0.1:9090 --demand-query 'sum(rate(http_requests_total[5m]))'.",
    )
  if (forecast === true && !history)
    refuse('--forecast needs the history, and --no-history leaves it out', 'Leave out --no-history.')
  if (forecast === true && demand === undefined && demandQuery === undefined)
    refuse('--forecast needs a demand', 'Add --demand 450/s, or --demand-query with --prometheus.')
}

/** The demand that the flags state or ask for; null for none. */
export function demandWishOf(flags: CapacityFlags): DemandWish | null {
  const { demand, demandQuery: query, prometheus: url, growth: perMonth, reserve, instances } = flags
  const asked = query === undefined || url === undefined ? null : { query, url }
  const source = demand ?? asked
  if (source === null) return null
  return { demand: source, growth: perMonth ?? null, reserve, instances: instances ?? null }
}

/** `50/s`, or a number of agents. */
function load(text: string): number {
  try {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : parseRatePerSec(text)
    if (value > 0) return value
  } catch {
    // Reported below.
  }
  throw new InvalidArgumentError('It must be a rate such as 50/s, or a number of agents.')
}

function ratio(text: string): number {
  try {
    const value = parseRatio(text)
    if (value > 0 && value < 1) return value
  } catch {
    // Reported below.
  }
  throw new InvalidArgumentError('It must be above 0 % and below 100 %, e.g. 5%.')
}

function growth(text: string): number {
  return ratio(text.replace(/\/month$/, ''))
}
