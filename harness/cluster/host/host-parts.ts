import type { Clock } from '../../base/clock.ts'
import type { Hello } from '../../model/cluster/hello.ts'
import type { HostDrive, Spill } from '../../ports/host-drive.ts'
import type { Link } from '../../ports/link.ts'
import type { Subjects } from '../subjects.ts'

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
  /** Tells people what happens. */
  readonly note: (message: string) => void
}
