/** Drives one Node library through closed work and prints a `DriverReport`. Arguments: library, work as JSON. */
import { setTimeout as sleep } from 'node:timers/promises'
import createAutocannon from 'autocannon'
import { Client } from 'undici'
import type { DriverReport } from './in-node.ts'
import type { ClosedWork } from './peer.ts'

const [library, text] = process.argv.slice(2)
const work = JSON.parse(text ?? '') as ClosedWork
let requests = 0

const drivers: Readonly<Record<string, () => void>> = { undici: driveUndici, autocannon: driveAutocannon }
drivers[library ?? '']?.()
await sleep(work.warmUpSeconds * 1000)
const cpuBefore = process.cpuUsage()
const requestsBefore = requests
const startedMs = performance.now()
await sleep((work.seconds - work.warmUpSeconds) * 1000)
const elapsedMs = performance.now() - startedMs
const { user, system } = process.cpuUsage(cpuBefore)
const report: DriverReport = { requests: requests - requestsBefore, elapsedMs, cpuMs: (user + system) / 1000 }
process.stdout.write(JSON.stringify(report), () => process.exit(0))

function driveUndici(): void {
  const { origin, pathname } = new URL(work.url)
  const { json } = work
  const headers = json === undefined ? {} : { 'content-type': 'application/json' }
  for (let i = 0; i < work.connections; i++) {
    const client = new Client(origin, { pipelining: 1 })
    const send = () => {
      let body = ''
      client.dispatch(
        { method: json === undefined ? 'GET' : 'POST', path: pathname, headers, body: json ?? null },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: (_controller, chunk) => {
            if (json !== undefined) body += chunk.toString('utf8')
          },
          onResponseEnd: () => {
            if (json !== undefined && (JSON.parse(body) as { id: number }).id !== 42)
              throw new Error('another answer')
            requests++
            send()
          },
          onResponseError: (_controller, error) => {
            throw error
          },
        },
      )
    }
    send()
  }
}

function driveAutocannon(): void {
  const { url, connections, seconds, json } = work
  const options = {
    url,
    connections,
    duration: seconds + 5,
    ...(json === undefined
      ? {}
      : { method: 'POST' as const, body: json, headers: { 'content-type': 'application/json' } }),
  }
  const instance = createAutocannon(options, () => undefined)
  instance.on('response', () => {
    requests++
  })
  instance.on('reqError', (error: Error) => {
    throw error
  })
}
