import type { HOST_ENDS } from '../../model/run-record.ts'
import type { HostInterval } from '../messages.ts'

/** The end of a worker in a run. */
export interface PlaceEnd {
  readonly place: number
  readonly end: (typeof HOST_ENDS)[number]
  readonly message: string | null
  readonly loadMs: number
  /** Its intervals cover the run up to here. */
  readonly throughMs: number
  readonly shards: NonNullable<HostInterval['end']>['shards']
}
