/** The coordinator's ear: renewals, pieces of texts and goodbyes of the workers that it holds. */
import type { Uplink } from '../../model/cluster/uplink.ts'
import { type Renewed, uplinkSchema } from '../../model/cluster/uplink.ts'
import type { Unlisten } from '../../ports/link.ts'
import type { Blobs } from '../blobs.ts'
import { parseMessage } from '../messages.ts'
import { workerOf } from '../subjects.ts'
import type { PoolAccess } from './held-workers.ts'

/** The giver of the answers. */
export interface Answerer {
  renew(worker: string, asked: Extract<Uplink, { kind: 'renew' }>): Renewed
  leave(worker: string, instance: string, why: string): void
}

/** Answers until the returned function is called. */
export function answerWorkers(
  { link, subjects }: PoolAccess,
  run: string,
  blobs: Blobs,
  answerer: Answerer,
): Unlisten {
  return link.answer(subjects.up(run, '*'), (body, subject) => {
    const asked = parseMessage(uplinkSchema, body, `a message of ${workerOf(subject)}`)
    switch (asked.kind) {
      case 'fetch':
        return Promise.resolve(blobs.piece(asked.hash, asked.piece))
      case 'leave':
        answerer.leave(workerOf(subject), asked.instance, asked.why)
        return Promise.resolve('')
      case 'renew':
        return Promise.resolve(JSON.stringify(answerer.renew(workerOf(subject), asked)))
    }
  })
}
