/** The context of the work of every kind of activity, and its end. */

import type { ActivityEnd } from '../../analysis/qualification/run-result.ts'
import type { MaskText } from '../../base/secret-mask.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import type { ScenarioModule } from '../../model/plan.ts'
import type { QualificationPart } from '../../model/qualification.ts'
import type { ActivityPlan, ActivityWork } from '../../model/qualification-plan.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { RunProgress } from '../run/progress.ts'
import type { HistoryRef } from '../run/request.ts'
import type { TellableEntry } from './drive.ts'

export interface ActivityContext {
  readonly activity: ActivityPlan
  readonly attempt: number
  /** The run or search that was under way when the process of the attempt before ended; null for none. */
  readonly cutOff: string | null
  readonly inputs: readonly QualificationPart[]
  readonly place: QualificationPlace
  readonly strict: boolean
  readonly noMocks: boolean
  /** Adds a line to the journal. */
  readonly tell: (entry: TellableEntry) => void
  /** The observer of its load. */
  readonly progress: RunProgress
}

/** The context of one attempt and the work that it does. */
export type WorkContext<Kind extends ActivityWork['kind'] = ActivityWork['kind']> = ActivityContext & {
  readonly work: Extract<ActivityWork, { kind: Kind }>
}

/** The surroundings of a qualification. */
export interface QualificationPlace {
  readonly qualificationId: string
  readonly planName: string
  readonly host: Host
  /** Path of its folder. */
  readonly folder: string
  readonly store: StateStore
  /** Location of the store. */
  readonly state: string
  readonly history: HistoryRef | null
  readonly stop: StopRequest
  readonly module: ScenarioModule | null
  /** Hides the secrets of the plan. */
  readonly mask: MaskText
  readonly say: (line: string) => void
}

/** The end of an activity, with the values that it may have as outputs. */
export interface WorkEnd extends ActivityEnd {
  readonly values?: Readonly<Record<string, string>>
}

/** One kind of activity. @throws HarnessError where the work could not be done */
export type Work<Kind extends ActivityWork['kind']> = (context: WorkContext<Kind>) => Promise<WorkEnd>
