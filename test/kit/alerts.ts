import type { IncomingMessage, ServerResponse } from 'node:http'
import { alertChannels } from '../../harness/alerts/index.ts'
import type { Clock } from '../../harness/base/clock.ts'
import type { Alert } from '../../harness/model/alert.ts'
import type { AlertChannel } from '../../harness/ports/alert-channel.ts'
import type { TextStream } from '../../harness/ports/host.ts'
import { aDemand, aHostileDemand } from './demands.ts'
import { startHttpServer } from './servers.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A breach; say only what matters. */
export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    kind: 'objective',
    status: 'firing',
    severity: 'critical',
    dedupeKey: 'run-1/p99-response_time-lt-100ms',
    runId: 'run-1',
    scenario: 'checkout',
    correlationId: 'c-7',
    at: '2026-11-21T09:30:05.120Z',
    summary: 'checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
    objective: aDemand('p99(response_time) < 100ms'),
    observed: 182,
    sampleCount: 4310,
    owner: 'team-pay',
    runbook: 'https://runbooks.example.org/checkout?step=1',
    annotations: { component: 'llm' },
    ...changes,
  }
}

/** The same objective, well again. */
export function resolved(alert: Alert): Alert {
  return {
    ...alert,
    status: 'resolved',
    at: '2026-11-21T09:31:05.120Z',
    summary: 'checkout: p99(response_time) < 100ms is ok',
  }
}

/** Everything a stranger could put into an alert: markup, a terminal escape, a mention, the other direction of reading, half a pair. */
export const HOSTILE =
  '<script>alert("x")</script> \u001b[31mred\u001b[0m\r\nBcc: all@x <!channel> &amp; \u202egnp \ud800'

/** One with hostile text wherever text can stand. */
export function aHostileAlert(): Alert {
  return anAlert({
    scenario: HOSTILE,
    summary: HOSTILE,
    dedupeKey: `run-1/${HOSTILE}`,
    objective: aHostileDemand(HOSTILE),
    owner: HOSTILE,
    runbook: 'javascript:alert(1)',
    annotations: { [HOSTILE]: HOSTILE },
  })
}

/** A stream that keeps what is written. */
export function aTextStream(isTerminal = false): TextStream & { text: string } {
  return {
    text: '',
    isTerminal,
    hasColours: isTerminal,
    columns: 80,
    write(text) {
      this.text += text
    },
  }
}

/** A channel of the registry, its configuration parsed. */
export function aChannel(
  plugin: string,
  config: Readonly<Record<string, unknown>>,
  { clock = new VirtualClock(), stderr = aTextStream() }: { clock?: Clock; stderr?: TextStream } = {},
): AlertChannel {
  const found = alertChannels.get(plugin)
  return found.create(found.configSchema.parse(config), { clock, stderr })
}

/** Sends and closes. */
export async function sendOnce(channel: AlertChannel, ...alerts: readonly Alert[]): Promise<void> {
  try {
    for (const alert of alerts) await channel.send(alert, new AbortController().signal)
  } finally {
    await channel.close()
  }
}

/** A request as a service got it. */
export interface Posted {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly json: unknown
}

export interface ServiceStub {
  readonly url: string
  readonly posted: readonly Posted[]
}

/** The document of a post, as the test knows it. */
export function jsonAt<T>(posted: readonly Posted[], place: number): T {
  const post = posted[place]
  if (post === undefined) throw new Error(`only ${posted.length} were posted`)
  return post.json as T
}

/** Answers 202 unless told otherwise. */
export type Answering = (response: ServerResponse, place: number) => void

/** A service that takes what is posted; gone after the body. */
export async function withService(
  body: (service: ServiceStub) => Promise<void>,
  answer: Answering = (response) => response.writeHead(202).end('{"status":"success"}'),
): Promise<void> {
  const posted: Posted[] = []
  const server = await startHttpServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const { method = '', url: path = '', headers } = request
    posted.push({ method, path, headers, body: text, json: JSON.parse(text) })
    answer(response, posted.length - 1)
  })
  try {
    await body({ url: server.url, posted })
  } finally {
    await server.close()
  }
}
