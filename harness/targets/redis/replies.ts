/** The meaning of the replies to a request: its status, hits and misses, and the answer that is kept. */
import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import type { Failure } from '../failure.ts'
import { kindOfStatus, statusOfReply } from './status.ts'
import type { RedisKind, Wired } from './work.ts'

/** A reply, or an error in its place. */
export type Reply = unknown

const SINGLE_READS = /^(GET|GETEX|GETDEL|HGET|LINDEX|ZSCORE|JSON\.GET|HGETALL)$/i
const MANY_READS = /^(MGET|HMGET)$/i

/** Takes the replies to a request into its exchange. Returns a failure that is more than a status; null for none. */
export function takeReplies(
  exchange: Exchange,
  kind: RedisKind,
  commands: readonly Wired[],
  replies: readonly Reply[],
): Failure | null {
  const answers = kind === 'multi' ? answersOf(replies) : replies
  const sent = kind === 'multi' ? commands.slice(1, -1) : commands
  if (exchange.keepAnswer) exchange.body = bodyOf(kind, answers)
  const error = firstError(kind, replies, answers)
  if (error !== null) return fail(exchange, error.message)
  if (kind === 'multi' && answers === null)
    return { kind: 'conflict', text: 'EXEC was not carried out: a watched key has changed' }
  countReads(exchange, sent, answers ?? [])
  exchange.items = itemsOf(kind, answers ?? [])
  return null
}

/** The results of EXEC, the last reply; null when there are none. */
function answersOf(replies: readonly Reply[]): readonly Reply[] | null {
  const last = replies.at(-1)
  return Array.isArray(last) ? last : null
}

/** An aborted transaction is known by the reply to EXEC, whatever was wrong with its commands. */
function firstError(kind: RedisKind, replies: readonly Reply[], answers: readonly Reply[] | null) {
  const last = replies.at(-1)
  if (kind === 'multi' && isError(last)) {
    const cause = replies.slice(0, -1).find(isError)
    return cause === undefined ? last : { message: `${last.message} (${cause.message})` }
  }
  return (answers ?? replies).find(isError) ?? null
}

function fail(exchange: Exchange, message: string): Failure | null {
  exchange.status = statusOfReply(message)
  exchange.errorText = message
  const kind = kindOfStatus(exchange.status)
  return kind === null ? null : { kind, text: message }
}

function countReads(exchange: Exchange, commands: readonly Wired[], answers: readonly Reply[]): void {
  for (let i = 0; i < commands.length; i++) {
    const { name } = commands[i] as Wired
    const answer = answers[i]
    if (SINGLE_READS.test(name)) countRead(exchange, !isNothing(answer))
    else if (MANY_READS.test(name) && Array.isArray(answer))
      for (const value of answer) countRead(exchange, value !== null)
  }
}

function countRead(exchange: Exchange, isHit: boolean): void {
  exchange.measure(isHit ? MEASURES.hits : MEASURES.misses, 1)
}

/** HGETALL answers a key that is not there with nothing in it. */
function isNothing(answer: Reply): boolean {
  if (answer === null) return true
  return typeof answer === 'object' && !Buffer.isBuffer(answer) && Object.keys(answer as object).length === 0
}

function itemsOf(kind: RedisKind, answers: readonly Reply[]): number {
  if (kind !== 'command') return answers.length
  const [answer] = answers
  if (answer === null || answer === undefined) return 0
  return Array.isArray(answer) ? answer.length : 1
}

function bodyOf(kind: RedisKind, answers: readonly Reply[] | null): Buffer {
  const shown = (answers ?? []).map((answer) => (isError(answer) ? { error: answer.message } : answer))
  const all = answers === null ? null : shown
  const value = kind === 'command' ? shown[0] : all
  return Buffer.from(JSON.stringify(value) ?? 'null')
}

function isError(reply: Reply): reply is Error {
  return reply instanceof Error
}
