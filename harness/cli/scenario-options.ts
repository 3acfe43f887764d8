/** Flags that change a scenario, shared by every command that takes one. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { HarnessError, messageOf } from '../base/errors.ts'
import { parseIterations } from '../base/iterations.ts'
import { parseDurationMs, parseDurationRange, parseRatePerSec } from '../base/units.ts'
import { withoutGaps } from '../base/without-gaps.ts'
import type { Overrides } from '../scenario/overrides.ts'

/** The flags as parsed by commander. */
export interface ScenarioFlags extends SteadyFlags {
  readonly agents?: number
  readonly rate?: string
  readonly duration?: string
  readonly iterations?: string
  readonly warmUp?: string
  readonly precision?: 'normal' | 'high'
}

export interface SteadyFlags {
  readonly think?: string
  readonly seed?: number
  readonly target?: string
  readonly env?: string
  readonly allowHost?: string[]
  readonly allowCommand?: string[]
  readonly mocks?: boolean
  readonly pluginRoot?: string[]
  readonly set?: string[]
}

/** Adds the flags to a command: those of the load over time, and all others. */
export function addScenarioOptions(command: Command): Command {
  command
    .option('-c, --agents <n>', 'agents at peak (open model: maximum at once)', wholeNumber(1, 1_000_000))
    .option(
      '-q, --rate <rate>',
      'arrival rate, e.g. 500/s, or 500; implies the open model',
      withUnit('/s', parseRatePerSec),
    )
    .option(
      '-z, --duration <time>',
      'length of the run, e.g. 30s, or 30 (business-hours: length of the simulated day)',
      withUnit('s', parseDurationMs),
    )
    .option(
      '--iterations <n>',
      "journeys after which the load ends: 1000 of all agents, or '10 per agent'; the duration is then the longest it may take",
      checked(parseIterations),
    )
    .option(
      '--warm-up <time>',
      'first part of the run that is recorded but not judged',
      checked(parseDurationMs),
    )
    .addOption(
      new Option('--precision <how>', 'high: starts within 0.1 ms; each thread spins on a full core').choices(
        ['normal', 'high'],
      ),
    )
  return addSteadyOptions(command)
}

/** Adds the flags that change a scenario whatever its load over time is. */
export function addSteadyOptions(command: Command): Command {
  return command
    .option(
      '--think <time>',
      'think time between the journeys of an agent, e.g. 1s or 1s..3s',
      checked(parseDurationRange),
    )
    .option(
      '--seed <n>',
      'seed of all random choices; the same seed gives the same plan',
      wholeNumber(0, 4_294_967_295),
    )
    .option('--target <url>', 'URL to send the load to, instead of the main target')
    .option('--env <name>', 'environment: one of the `environments` of the scenario or of proofload.config')
    .option('--allow-host <host>', 'allow load to a host beyond loopback (repeatable)', collected)
    .option('--allow-command <name>', 'allow a command of this machine as a target (repeatable)', collected)
    .option('--no-mocks', 'require every target: no mock of the scenario takes the place of one')
    .option(
      '--plugin-root <folder>',
      'folder beyond the repository that plugins may lie in (repeatable)',
      collected,
    )
    .option(
      '--set <key=value>',
      'set a value of the scenario, e.g. workload.agents=50 (repeatable)',
      collected,
    )
}

/** Converts the flags to overrides of the scenario. */
export function overridesOf({ env, allowHost, allowCommand, pluginRoot, ...rest }: ScenarioFlags): Overrides {
  const known = {
    agents: rest.agents,
    rate: rest.rate,
    duration: rest.duration,
    iterations: rest.iterations,
    think: rest.think,
    seed: rest.seed,
  }
  const more = {
    target: rest.target,
    warmUp: rest.warmUp,
    precision: rest.precision,
    mocks: rest.mocks === false ? rest.mocks : undefined,
    set: rest.set,
    environment: env,
    allowHosts: allowHost,
    allowCommands: allowCommand,
    pluginRoots: pluginRoot,
  }
  return withoutGaps({ ...known, ...more })
}

/** Creates a parser for a whole number between two bounds, inclusive. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`)
  }
}

/** Creates a parser that keeps the text and requires that `parse` accepts it. */
export function checked(parse: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      parse(text)
      return text
    } catch (error) {
      throw new InvalidArgumentError(
        error instanceof HarnessError ? (error.hint ?? error.message) : messageOf(error),
      )
    }
  }
}

/** Creates such a parser that takes a number alone for one of this unit, as the flags of other load generators do. */
export function withUnit(unit: string, parse: (text: string) => unknown): (text: string) => string {
  const check = checked(parse)
  return (text) => check(/^\d+(\.\d+)?$/.test(text) ? `${text}${unit}` : text)
}

/** Collects the values of a repeatable option. */
export function collected(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}
