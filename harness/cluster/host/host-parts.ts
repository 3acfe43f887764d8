import type { Clock } from '../../base/clock.ts'
import type { Hello } from '../../model/cluster/hello.ts'
import type { HostDrive, Spill } from '../../ports/host-drive.ts'
import type { Link } from '../../ports/link.ts'
import type { Subjects } from '../subjects.ts'

/** The end of a run for a worker; `lost`: others take it for lost, or its lease ended. */
export type RunEnd = 'not-begun' | 'finished' | 'lost'

/** The surroundings of a worker. */
export interface HostParts {
  readonly link: Link
  readonly clock: Clock
  readonly subjects: Subjects
  /** The worker, but for what it does just now. */
  readonly hello: Omit<Hello, 'state' | 'run'> &
    Pick<Hello, 'v' | 'worker' | 'instance' | 'threads' | 'environment'>
  readonly drive: HostDrive
  readonly openSpill: (run: string) => Spill
  /** A run is over, and the worker is idle again. */
  readonly onRunOver: (end: RunEnd) => void
  /** Tells people what happens. */
  readonly note: (message: string) => void
}
