import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type JudgedRun, Workplace } from './cli.ts'

/** What becomes of a target in mid-run. */
export const FAULTS = ['killed', 'frozen', 'answers 500', 'answers half'] as const
export type Fault = (typeof FAULTS)[number]

export const OBJECTIVES = {
  latency: ['p95(response_time) < 2s'],
  errors: ['error_ratio < 5%'],
  none: [],
} as const
export type ObjectivesName = keyof typeof OBJECTIVES

const WORKLOADS = {
  open: '{ pattern: constant-rate, rate: 40/s, duration: 4s, agents: 200 }',
  closed: '{ pattern: constant-agents, agents: 5, duration: 4s }',
} as const
export type Model = keyof typeof WORKLOADS
export const MODELS = Object.keys(WORKLOADS) as Model[]

/** Requests that are answered well before the fault, preflight's included. */
const GOOD_REQUESTS = 40
const ANSWER_MS = 20

/** A server that is well for some requests and then has its fault. */
async function startFailing(fault: Fault): Promise<{ readonly url: string; close(): void }> {
  let count = 0
  const server: Server = createServer((_request, response) => {
    count++
    if (count <= GOOD_REQUESTS) return answer(response, 200)
    if (fault === 'answers 500') return answer(response, 500)
    if (fault === 'answers half' && count % 2 === 0) return answer(response, 200)
    if (fault === 'killed') close()
  })
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

function answer(response: ServerResponse, status: number): void {
  setTimeout(() => {
    response.statusCode = status
    response.end('x')
  }, ANSWER_MS)
}

export interface BadDay {
  readonly fault: Fault
  readonly model: Model
  readonly objectives: ObjectivesName
  readonly isStrict: boolean
}

/** Runs against a target that has its fault in mid-run; the drain, and so the longest wait, are short. */
export async function runOnBadDay({ fault, model, objectives, isStrict }: BadDay): Promise<JudgedRun> {
  const server = await startFailing(fault)
  const place = new Workplace()
  try {
    place.write(
      'bad.yaml',
      `name: bad-day
target: { plugin: http, config: { url: "${server.url}" } }
workload: ${WORKLOADS[model]}
drain: 1s
journeys: { a: { steps: [ { request: { path: / } } ] } }
objectives: ${JSON.stringify(OBJECTIVES[objectives])}
`,
    )
    return await place.verdictOf('bad.yaml', '--no-history', ...(isStrict ? ['--strict'] : []))
  } finally {
    place.remove()
    server.close()
  }
}
