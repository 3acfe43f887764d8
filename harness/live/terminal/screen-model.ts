/** The model that the parts of the screen are drawn from. */
import type { LiveView } from '../../model/live-view.ts'
import type { RunPoint } from '../../model/run-point.ts'

export interface ScreenModel {
  readonly view: LiveView
  /** The series of the run so far, for its last stretch. */
  readonly points: readonly RunPoint[]
  /** By now, ms since run start: time goes on between two seconds of the view. */
  readonly nowMs: number
  /** Columns of the part. */
  readonly width: number
}
