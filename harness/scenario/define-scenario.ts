/**
 * The one typed call of a scenario module. It only keeps types: what it returns is data of the schema's shape (and
 * functions), so a TypeScript scenario and a YAML one are the same thing.
 */
import type * as z from 'zod'
import type { FeederRows, JourneyContext, SetupContext } from '../ports/journey.ts'
import type { TargetRef } from '../ports/target-plugin.ts'
import type { WorkloadRef } from '../ports/workload.ts'
import type { FeederRef } from './feeder-schema.ts'
import type { ENVIRONMENTS, scenarioSchema } from './schema.ts'
import type { Step } from './step-schema.ts'

type TargetRefs = Readonly<Record<string, TargetRef>>
type FeederRefs = Readonly<Record<string, FeederRef>>

type ClientOf<Ref> = Ref extends TargetRef<infer Client> ? Client : never
type ClientsOf<Refs> = { readonly [Name in keyof Refs]: ClientOf<Refs[Name]> }
type RowOf<Ref> = Ref extends FeederRef<infer Field> ? Readonly<Record<Field, string>> : never
type RowsOf<Refs> = { readonly [Name in keyof Refs]: RowOf<Refs[Name]> }

/** Code of a journey or of `login`. */
export type JourneyFunction<Main, Targets, Setup, Data extends FeederRows> = (
  context: JourneyContext<Main, Targets, Setup, Data>,
) => Promise<unknown> | unknown

/** A journey: steps, or code. */
export type Journey<Main, Targets, Setup, Data extends FeederRows> =
  | { readonly weight?: number; readonly steps: readonly Step[] }
  | { readonly weight?: number; readonly run: JourneyFunction<Main, Targets, Setup, Data> }

/** Everything that is plain data and needs no type of its own. */
type Written = z.input<typeof scenarioSchema>
type Settings = Omit<
  Written,
  | 'target'
  | 'targets'
  | 'workload'
  | 'workloads'
  | 'journeys'
  | 'login'
  | 'setup'
  | 'teardown'
  | 'data'
  | 'environments'
>

/** Differences of an environment. Code cannot differ. */
export interface EnvironmentOverlay extends Partial<Settings> {
  readonly target?: { readonly plugin?: string; readonly config?: Readonly<Record<string, unknown>> }
  readonly targets?: Readonly<Record<string, EnvironmentOverlay['target']>>
  readonly workload?: Readonly<Record<string, unknown>>
  readonly workloads?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly journeys?: Readonly<Record<string, { readonly weight?: number; readonly steps?: readonly Step[] }>>
  readonly data?: FeederRefs
}

/** The begin of one of several workloads, and the journeys of its agents. */
export interface WorkloadPlace {
  /** Its begin, from the beginning of the run, or from the end of `after`. Default: 0s. */
  readonly start?: string
  /** The workload at whose end, by the plan, it begins. */
  readonly after?: string
  /** The journeys that its agents walk: names, or weights by name. Default: all of them. */
  readonly journeys?: readonly string[] | Readonly<Record<string, number>>
}

/** The load: one workload, or several by name. */
type LoadInput =
  | {
      /** Load over time: `businessHours({ agents: 250 })`. */
      readonly workload: WorkloadRef
      readonly workloads?: never
    }
  | {
      /** Several workloads, beside one another or one after another: `{ batch: { start: '2m', ...constantRate(...) } }`. */
      readonly workloads: Readonly<Record<string, WorkloadRef & WorkloadPlace>>
      readonly workload?: never
    }

/** A scenario as authors write it. */
export type ScenarioInput<
  Main extends TargetRef,
  Targets extends TargetRefs,
  Setup,
  Data extends FeederRefs,
> = ScenarioParts<Main, Targets, Setup, Data> & LoadInput

interface ScenarioParts<Main extends TargetRef, Targets extends TargetRefs, Setup, Data extends FeederRefs>
  extends Settings {
  /** The one target; short for `targets: { main: ... }`. */
  readonly target?: Main
  /** Several targets by name; a step says which. */
  readonly targets?: Targets
  /** Feeders by name: rows for `{{name.field}}` and for `data` in code. */
  readonly data?: Data
  /** Once a run, before any load; what it returns reaches every journey as `setup`. Must be plain data. */
  readonly setup?: (context: SetupContext<ClientOf<Main>, ClientsOf<Targets>>) => Promise<Setup> | Setup
  /** Once a run, after all load. */
  readonly teardown?: (
    context: SetupContext<ClientOf<Main>, ClientsOf<Targets>>,
    setup: NoInfer<Setup>,
  ) => unknown
  /** Walked once an agent and session, before its first journey. */
  readonly login?:
    | { readonly steps: readonly Step[] }
    | JourneyFunction<ClientOf<Main>, ClientsOf<Targets>, NoInfer<Setup>, RowsOf<Data>>
  /** By name; which one an agent walks is drawn by weight. */
  readonly journeys: Readonly<
    Record<string, Journey<ClientOf<Main>, ClientsOf<Targets>, NoInfer<Setup>, RowsOf<Data>>>
  >
  /** Differences by environment (`--env`). */
  readonly environments?: { readonly [Name in (typeof ENVIRONMENTS)[number]]?: EnvironmentOverlay }
}

/** Types a scenario; the default export of a scenario module. */
export function defineScenario<
  Main extends TargetRef,
  const Targets extends TargetRefs,
  const Data extends FeederRefs,
  Setup = undefined,
>(scenario: ScenarioInput<Main, Targets, Setup, Data>): ScenarioInput<Main, Targets, Setup, Data> {
  return scenario
}
