/** The coordinator's ear: renewals, pieces of texts and goodbyes of the workers that it holds. */
import type { Uplink } from '../../model/cluster/uplink.ts'
import { type Renewed, uplinkSchema } from '../../model/cluster/uplink.ts'
import type { Unlisten } from '../../ports/link.ts'
import type { Blobs } from '../blobs.ts'
import { readMessage } from '../messages.ts'
import { workerOf } from '../subjects.ts'
import type { PoolAccess } from './held-workers.ts'

/** The giver of the answers. */
export interface Answerer {
  renew(worker: string, asked: Extract<Uplink, { kind: 'renew' }>): Renewed
  leave(worker: string, instance: string, why: string): void
}

/** Answers until the returned function is called; what cannot be read gets no answer. */
export function answerWorkers(
  { link, subjects }: PoolAccess,
  run: string,
  blobs: Blobs,
  answerer: Answerer,
): Unlisten {
  const answerOf = (body: string, worker: string): string | null => {
    const read = readMessage(uplinkSchema, body)
    if (read.problem !== null) return null
    const asked = read.message
    switch (asked.kind) {
      case 'fetch':
        return blobs.piece(asked.hash, asked.piece)
      case 'leave':
        answerer.leave(worker, asked.instance, asked.why)
        return ''
      case 'renew':
        return JSON.stringify(answerer.renew(worker, asked))
    }
  }
  return link.answer(subjects.up(run, '*'), (body, subject) =>
    Promise.resolve(answerOf(body, workerOf(subject))),
  )
}
