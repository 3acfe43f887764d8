/** Error codes of Kafka that a producer or a group meets: their names, and what each means. */
import * as z from 'zod'
import type { ErrorKind } from '../../model/outcome.ts'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

/** `incomplete`: the leader has the message, and the replicas did not confirm it, so that nobody knows whether it stays. */
const CODES: Readonly<Record<number, readonly [name: string, kind: ErrorKind]>> = {
  2: ['CORRUPT_MESSAGE', 'nack'],
  3: ['UNKNOWN_TOPIC_OR_PARTITION', 'nack'],
  5: ['LEADER_NOT_AVAILABLE', 'unavailable'],
  6: ['NOT_LEADER_FOR_PARTITION', 'unavailable'],
  7: ['REQUEST_TIMED_OUT', 'incomplete'],
  8: ['BROKER_NOT_AVAILABLE', 'unavailable'],
  9: ['REPLICA_NOT_AVAILABLE', 'unavailable'],
  10: ['MESSAGE_TOO_LARGE', 'too-large'],
  14: ['GROUP_LOAD_IN_PROGRESS', 'unavailable'],
  15: ['GROUP_COORDINATOR_NOT_AVAILABLE', 'unavailable'],
  16: ['NOT_COORDINATOR_FOR_GROUP', 'unavailable'],
  17: ['INVALID_TOPIC_EXCEPTION', 'nack'],
  18: ['RECORD_LIST_TOO_LARGE', 'too-large'],
  19: ['NOT_ENOUGH_REPLICAS', 'unavailable'],
  20: ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'incomplete'],
  21: ['INVALID_REQUIRED_ACKS', 'nack'],
  29: ['TOPIC_AUTHORIZATION_FAILED', 'auth'],
  30: ['GROUP_AUTHORIZATION_FAILED', 'auth'],
  31: ['CLUSTER_AUTHORIZATION_FAILED', 'auth'],
  33: ['UNSUPPORTED_SASL_MECHANISM', 'auth'],
  34: ['ILLEGAL_SASL_STATE', 'auth'],
  44: ['POLICY_VIOLATION', 'nack'],
  56: ['KAFKA_STORAGE_ERROR', 'unavailable'],
  58: ['SASL_AUTHENTICATION_FAILED', 'auth'],
  87: ['INVALID_RECORD', 'nack'],
}

export const UNKNOWN_TOPIC_OR_PARTITION = 3

/** Only what a broker refuses has a code: its kind says what is wrong, and a step cannot expect it. */
export const kafkaStatus: StatusLanguage = {
  expected: z.never('nothing: answers of this target have no status'),
  isGood: (code) => code === 0,
  compile: () => () => false,
  nameOf: (code) => CODES[code]?.[0] ?? `Kafka error ${code}`,
}

/** Returns what the refusal of a broker means. */
export function kindOfCode(code: number): ErrorKind {
  return CODES[code]?.[1] ?? 'nack'
}
