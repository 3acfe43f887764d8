/** The plan of a qualification: plain data with every default filled in. */
import type { ActivityKind, ActivityRole } from './qualification.ts'

/** The resources that load activities take: what generates load, and the system under it. */
export const LOAD_RESOURCES = ['generator', 'target'] as const

export interface StagePlan {
  readonly name: string
  /** Stages that have to be judged before it, and to be GO. */
  readonly needs: readonly string[]
  /** 0-1 */
  readonly passRatio: number
}

/** `data.dataset`: something that another activity writes. */
export interface InputPlan {
  readonly name: string
  readonly activity: string
  readonly output: string
}

/** A file relative to the working directory, or a value of the activity itself. */
export type OutputPlan =
  | { readonly name: string; readonly kind: 'file'; readonly file: string }
  | { readonly name: string; readonly kind: 'value'; readonly value: string }

/** The load of a scenario, and by how much it is changed. */
interface ScenarioWork {
  readonly scenario: string
  /** As the flags of `proofload run`. */
  readonly overrides: LoadOverrides
  readonly threads: number | null
}

/** Changes of a scenario, as the flags of the command line make them. */
export interface LoadOverrides {
  readonly environment?: string
  readonly agents?: number
  readonly rate?: string
  readonly duration?: string
  readonly warmUp?: string
  readonly seed?: number
  readonly target?: string
  readonly set?: readonly string[]
  readonly allowHosts?: readonly string[]
}

export type ActivityWork =
  | (ScenarioWork & {
      readonly kind: 'run'
      readonly baseline: string | null
      readonly confirm: boolean
      readonly armRollback: boolean
    })
  | (ScenarioWork & {
      readonly kind: 'capacity'
      /** A rate a second, or a number of agents. */
      readonly atLeast: number | null
      readonly by: 'rate' | 'agents'
      readonly from: number | null
      readonly max: number | null
      readonly probesMax: number | null
      readonly probeS: number | null
      readonly budgetMs: number | null
    })
  | (ScenarioWork & {
      readonly kind: 'triage'
      readonly repeats: number
      readonly armRollback: boolean
    })
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly env: readonly string[] }
  /** `path` is that of the function in the module of the plan. */
  | { readonly kind: 'check'; readonly path: string }
  | { readonly kind: 'approval'; readonly question: string }
  | { readonly kind: 'visual'; readonly name: string; readonly file: string; readonly folder: string | null }

/** Something that counts in the ratio of its stage. */
export interface ItemPlan {
  readonly id: string
  readonly label: string
}

/** The replacement of an activity whose target is away. */
export interface MockPlan {
  /** For people. */
  readonly by: string
  /** Null: the sandbox for load, nothing for a command. */
  readonly work: ActivityWork | null
}

export interface ActivityPlan {
  readonly name: string
  readonly stage: string
  readonly role: ActivityRole
  readonly kind: ActivityKind
  readonly what: string
  readonly work: ActivityWork
  /** Every activity that it waits for, those of its inputs included. */
  readonly needs: readonly string[]
  readonly inputs: readonly InputPlan[]
  readonly outputs: readonly OutputPlan[]
  /** Amounts by resource, held while it runs. */
  readonly takes: Readonly<Record<string, number>>
  readonly isLoad: boolean
  /** It may run beside other load that says the same. */
  readonly isShared: boolean
  readonly expectedMs: number
  readonly timeoutMs: number
  readonly weight: number
  readonly items: readonly ItemPlan[]
  /** The number of times that it is made again when it was inconclusive. */
  readonly retries: number
  /** The age up to which an earlier outcome stands for it; null: none does. */
  readonly reuseMs: number | null
  /** It may be made again after it was cut off. */
  readonly isIdempotent: boolean
  readonly undo: readonly string[] | null
  readonly mock: MockPlan | null
  /** Hash of all that decides what it does. */
  readonly fingerprint: string
}

/** Names of activities and of stages differ among themselves, `needs` name only them, and nothing waits for itself. */
export interface QualificationPlan {
  readonly name: string
  readonly file: string
  readonly hash: string
  readonly stages: readonly StagePlan[]
  readonly activities: readonly ActivityPlan[]
  /** Amounts that there are; `generator` and `target` among them. */
  readonly resources: Readonly<Record<string, number>>
  readonly budgetMs: number | null
  /** After the failure of a core activity nothing new is started. */
  readonly stopOnCore: boolean
  /** Lets run whatever waits for something inconclusive. */
  readonly proceedOnInconclusive: boolean
  /** Names of the variables whose values are secrets: those of scenarios, and those that commands are given. */
  readonly secrets: readonly string[]
}
