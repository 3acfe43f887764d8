import { messageOf } from '../../base/errors.ts'
import type { Failure } from '../failure.ts'
import { ForeignLocation } from './location.ts'

/** The failure of a request that could not be made: what an answer led to is the server's doing, all else the author's. */
export function failureOfRequest(thrown: unknown): Failure {
  return { kind: thrown instanceof ForeignLocation ? 'protocol' : 'code', text: messageOf(thrown) }
}
