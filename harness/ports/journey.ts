/** The arguments of journey code. `cluster/` creates them; `scenario/` gives authors their types. */

/** An agent as seen by the code of a journey. */
export interface AgentHandle {
  /** The global number: the id of the agent in a closed model, of the arrival in an open one. */
  readonly id: number
  /** Random numbers of this agent, from its seed; the same on every thread. */
  readonly random: {
    /** A uniform number in [0, 1). */
    float(): number
    /** A uniform whole number, both ends included. */
    integer(low: number, high: number): number
    pick<T>(items: readonly T[]): T
    chance(probability: number): boolean
  }
  /** Pauses for a think time: `'2s'` or `'500ms..2s'`. Rejects when the run ends during the pause; do not catch that. */
  think(time: string): Promise<void>
  /**
   * Counts a named check as passed or failed, and returns the condition. A failed one does not stop the journey, but at its end
   * the journey has failed (metrics `checks` and `code_failed_ratio`).
   */
  check(name: string, condition: unknown): boolean
  /** Variables of the agent, kept until its session ends: steps read them as `{{name}}`, and what steps extract is here. */
  readonly vars: Record<string, unknown>
}

/** The rows of an iteration: feeder name -> field -> text. */
export type FeederRows = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The argument of `journeys.<name>.run` and of `login`. */
export interface JourneyContext<
  Target = unknown,
  Targets = unknown,
  Setup = unknown,
  Data extends FeederRows = FeederRows,
> {
  /** The target named `main`: the only target, or the one given as `target`. */
  readonly target: Target
  readonly targets: Targets
  readonly agent: AgentHandle
  /** The rows of this iteration by feeder name. */
  readonly data: Data
  /** The return value of `setup`. */
  readonly setup: Setup
  /** Names of the targets whose load mocks take: their clients are those of the mocks. */
  readonly mocked: readonly string[]
}

/** The argument of `setup` and `teardown`, each called once per run and not recorded. */
export interface SetupContext<Target = unknown, Targets = unknown> {
  /** The inputs of the activity, in a qualification: paths of files and values, by name. None in a run on its own. */
  readonly inputs: Readonly<Record<string, string>>
  readonly target: Target
  readonly targets: Targets
  /** Names of the targets whose load mocks take: their clients are those of the mocks. */
  readonly mocked: readonly string[]
}
