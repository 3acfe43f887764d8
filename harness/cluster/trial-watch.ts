/** Tells of every request of a trial, from inside the shard that walks it. */
import { bodyText } from '../base/body-text.ts'
import type { Clock } from '../base/clock.ts'
import { UnsetVariable } from '../base/template.ts'
import type { AgentTable } from '../engine/agents.ts'
import type { PooledExchange } from '../engine/exchange.ts'
import type { JourneyProgram, Program } from '../engine/program.ts'
import { LOGIN } from '../engine/walker.ts'
import type { RequestWatcher } from '../engine/watched-requests.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import type { RunPlan } from '../model/plan.ts'
import type { HeaderField, TrialEvent, TriedBody, TriedRequest } from '../model/tried-request.ts'
import { ALL_HEADERS, type SentWhole } from '../ports/target.ts'
import { statusOf } from './compile-request.ts'
import type { Drivers } from './create-drivers.ts'

/** The part of a body that is told. */
const BODY_BYTES_MAX = 1024 ** 2

export interface TrialWatchParts {
  readonly plan: RunPlan
  readonly program: Program
  readonly drivers: Drivers
  readonly clock: Clock
  /** Run start, ms of the clock. */
  readonly startMs: number
  readonly tell: (event: TrialEvent) => void
}

/** The facts about a request that are known when it starts. */
interface Begun extends Pick<TriedRequest, 'journey' | 'place' | 'attempt' | 'pauseMs'> {
  readonly sent: SentWhole | null
}

/** Watches the one agent of a trial. */
export class TrialWatch implements RequestWatcher {
  readonly #parts: TrialWatchParts
  readonly #agents: AgentTable
  readonly #begun = new WeakMap<PooledExchange, Begun>()
  #attempt = 1
  #lastDoneMs: number | null = null

  constructor(parts: TrialWatchParts, agents: AgentTable) {
    this.#parts = parts
    this.#agents = agents
  }

  started(exchange: PooledExchange, isRetry: boolean): void {
    this.#attempt = isRetry ? this.#attempt + 1 : 1
    const sinceLastMs = exchange.intendedMs - (this.#lastDoneMs ?? exchange.intendedMs)
    this.#begun.set(exchange, {
      ...this.#placeOf(exchange),
      attempt: this.#attempt,
      pauseMs: Math.max(0, sinceLastMs),
      sent: sentOf(exchange),
    })
  }

  judged(exchange: PooledExchange): void {
    const { clock, startMs, tell } = this.#parts
    const { sent, ...place } = this.#begun.get(exchange) as Begun
    this.#lastDoneMs = exchange.doneMs
    tell({
      kind: 'request',
      request: {
        ...place,
        ...sentPart(sent),
        ...timesOf(exchange),
        ...answerOf(exchange),
        step: exchange.step,
        atMs: exchange.intendedMs - startMs,
        wallMs: clock.wallMs() - (clock.nowMs() - exchange.intendedMs),
        statusName: this.#statusName(exchange),
      },
    })
  }

  failedByCode(exchange: PooledExchange): void {
    const { journey } = this.#begun.get(exchange) as Begun
    this.#parts.tell({ kind: 'failed-by-code', journey, step: exchange.step, reason: exchange.errorText })
  }

  #placeOf({ agent, op }: PooledExchange): Pick<TriedRequest, 'journey' | 'place'> {
    return { journey: this.#journeyOf(agent), place: this.#parts.program.places.get(op) ?? null }
  }

  #journeyOf(agent: number): string {
    const { program } = this.#parts
    const index = this.#agents.journey[agent] as number
    return ((index === LOGIN ? program.login : program.journeys[index]) as JourneyProgram).name
  }

  #statusName({ op, status }: PooledExchange): string {
    const { plan, drivers } = this.#parts
    const [target = ''] = [...drivers].find(([, driver]) => driver === op.driver) ?? []
    return status === 0 ? '' : statusOf(plan, target).nameOf(status)
  }
}

/** The whole request, else its method and URL: a protocol over HTTP may fill in variables of its own only when it sends. */
function sentOf(exchange: PooledExchange): SentWhole | null {
  const { driver } = exchange.op
  const whole = unlessUnset(() => driver.sentWhole?.(exchange) ?? null)
  if (whole !== null) return whole
  const short = driver.sentAs?.(exchange) ?? null
  return short === null ? null : { ...short, headers: [], body: null }
}

/** Returns null for a request that lacks a variable. */
function unlessUnset(describe: () => SentWhole | null): SentWhole | null {
  try {
    return describe()
  } catch (error) {
    if (error instanceof UnsetVariable) return null
    throw error
  }
}

function sentPart(sent: SentWhole | null): Pick<TriedRequest, 'method' | 'url' | 'sentHeaders' | 'sentBody'> {
  if (sent === null) return { method: null, url: null, sentHeaders: [], sentBody: null }
  const { method, url, headers, body } = sent
  return { method, url, sentHeaders: headers, sentBody: body === null ? null : bodyOf(Buffer.from(body), '') }
}

function timesOf({
  connectMs,
  sentMs,
  firstByteMs,
  doneMs,
}: PooledExchange): Pick<TriedRequest, 'connectMs' | 'ttfbMs' | 'serviceMs'> {
  return {
    connectMs,
    ttfbMs: firstByteMs === 0 ? null : firstByteMs - sentMs,
    serviceMs: sentMs === 0 ? null : doneMs - sentMs,
  }
}

function answerOf(
  exchange: PooledExchange,
): Pick<
  TriedRequest,
  'status' | 'headers' | 'body' | 'bytesReceived' | 'expectations' | 'extracted' | 'errorKind' | 'errorText'
> {
  const { op, status, header, body, bytesReceived, errorKind, errorText } = exchange
  const isAnswered = status !== 0
  const extracted: (readonly [string, string])[] = []
  if (isAnswered && errorKind === 0)
    op.extract?.(exchange, (name, value) => void (value === undefined || extracted.push([name, value])))
  return {
    status,
    headers: fieldsOf(header?.(ALL_HEADERS) ?? ''),
    body: body === null ? null : bodyOf(body, header?.('content-type') ?? ''),
    bytesReceived,
    expectations: !isAnswered
      ? []
      : op.expectations.map((each) => {
          const miss = each.missOf(exchange)
          const refreshed = miss === null ? undefined : each.refreshed(exchange)
          return { kind: each.kind, value: each.value, miss, refreshed }
        }),
    extracted,
    errorKind: ERROR_KINDS[errorKind] ?? 'none',
    errorText,
  }
}

function fieldsOf(lines: string): HeaderField[] {
  return lines.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':', 1)
    return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const]
  })
}

function bodyOf(body: Buffer, contentType: string): TriedBody {
  const kept = body.subarray(0, BODY_BYTES_MAX)
  return kept.includes(0)
    ? { bytes: body.length, text: null, base64: kept.toString('base64') }
    : { bytes: body.length, text: bodyText(kept, contentType), base64: null }
}
