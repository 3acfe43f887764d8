import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { Workplace } from './cli.ts'

const WORKLOADS = {
  open: '{ pattern: constant-rate, rate: 50/s, duration: 4s }',
  closed: '{ pattern: constant-agents, agents: 10, duration: 4s }',
} as const
export type StalledModel = keyof typeof WORKLOADS

/** Requests before the generator is stopped, the look of preflight among them. */
const BEFORE = 60
const ANSWER_MS = 200

export interface Stall {
  readonly model: StalledModel
  /** How long the process of the generator is stopped. */
  readonly stopMs: number
  readonly objective: string
}

export interface StalledRun {
  readonly verdict: VerdictDocument
  readonly isUndone: boolean
}

/** Runs, armed, against a healthy target, and stops the generator in mid-run as a paused machine would be. */
export async function runStalled({ model, stopMs, objective }: Stall): Promise<StalledRun> {
  const place = new Workplace()
  let count = 0
  let pause: () => void = () => undefined
  const server = createServer((_request, response) => {
    if (++count === BEFORE) pause()
    setTimeout(() => response.end('ok'), ANSWER_MS)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    place.write(
      'stalled.yaml',
      `name: stalled
target: { plugin: http, config: { url: "http://127.0.0.1:${(server.address() as AddressInfo).port}" } }
workload: ${WORKLOADS[model]}
journeys: { a: { steps: [ { request: { path: / } } ] } }
objectives: [ { expect: "${objective}", rollback: true } ]
rollback: { validation: 1s, minRequests: 1, procedures: { default: { plugin: command, config: { argv: [touch, undone] } } } }
`,
    )
    const run = place.startProcess(
      'run',
      'stalled.yaml',
      '--json',
      '--quiet',
      '--no-history',
      '--arm-rollback',
    )
    pause = () => {
      run.child.kill('SIGSTOP')
      setTimeout(() => run.child.kill('SIGCONT'), stopMs)
    }
    const { stdout, stderr } = await run.ended
    if (!stdout.startsWith('{')) throw new Error(`no verdict:\n${stdout}\n${stderr}`)
    return { verdict: JSON.parse(stdout), isUndone: existsSync(join(place.path, 'undone')) }
  } finally {
    server.close()
    server.closeAllConnections()
    place.remove()
  }
}
