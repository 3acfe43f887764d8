/** What the code of a journey is called with. The engine's side makes it (`cluster/`), authors see it typed (`scenario/`). */

/** An agent as its own code sees it. */
export interface AgentHandle {
  /** Global number: the agent's id in a closed model, the arrival's in an open one. */
  readonly id: number
  /** Seeded chance of this agent; the same on whatever thread it runs. */
  readonly random: {
    /** Uniform in [0, 1). */
    float(): number
    /** Uniform whole number, both ends included. */
    integer(low: number, high: number): number
    pick<T>(items: readonly T[]): T
    chance(probability: number): boolean
  }
  /** Waits as a user does: `'2s'` or `'500ms..2s'`. Rejects when the run ends meanwhile; let it pass. */
  think(time: string): Promise<void>
  /** The agent's own notes, kept until its session ends. */
  readonly vars: Record<string, unknown>
}

/** Rows of an iteration: feeder name -> field -> text. */
export type FeederRows = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Argument of `journeys.<name>.run` and of `login`. */
export interface JourneyContext<
  Target = unknown,
  Targets = unknown,
  Setup = unknown,
  Data extends FeederRows = FeederRows,
> {
  /** The target named `main`: the only one, or the one given as `target`. */
  readonly target: Target
  readonly targets: Targets
  readonly agent: AgentHandle
  /** Rows of this iteration by feeder name. */
  readonly data: Data
  /** What `setup` returned. */
  readonly setup: Setup
}

/** Argument of `setup` and `teardown`: once a run, not recorded. */
export interface SetupContext<Target = unknown, Targets = unknown> {
  readonly target: Target
  readonly targets: Targets
}
