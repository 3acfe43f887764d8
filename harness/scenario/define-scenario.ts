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
  'target' | 'targets' | 'workload' | 'journeys' | 'login' | 'setup' | 'teardown' | 'data' | 'environments'
>

/** Differences of an environment. Code cannot differ. */
export interface EnvironmentOverlay extends Partial<Settings> {
  readonly target?: { readonly plugin?: string; readonly config?: Readonly<Record<string, unknown>> }
  readonly targets?: Readonly<Record<string, EnvironmentOverlay['target']>>
  readonly workload?: Readonly<Record<string, unknown>>
  readonly journeys?: Readonly<Record<string, { readonly weight?: number; readonly steps?: readonly Step[] }>>
  readonly data?: FeederRefs
}

/** A scenario as authors write it. */
export interface ScenarioInput<
  Main extends TargetRef,
  Targets extends TargetRefs,
  Setup,
  Data extends FeederRefs,
> extends Settings {
  /** The one target; short for `targets: { main: ... }`. */
  readonly target?: Main
  /** Several targets by name; a step says which. */
  readonly targets?: Targets
  /** Load over time: `businessHours({ agents: 250 })`. */
  readonly workload: WorkloadRef
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
