/**
 * A server of known capacity: a queue of M/M/k. When an answer is due follows from the arrivals alone, so timers and a busy machine make
 * it late and never longer. `node --import tsx bench/targets/queue.ts <servers> <mean service ms> [metastable]`; prints its port.
 *
 * metastable: once a request has waited for a second, all work takes twice as long until nothing has waited for three seconds.
 */
import { createServer } from 'node:http'
import { Random } from '../../harness/base/random.ts'

const [servers = 1, serviceMs = 1] = process.argv.slice(2, 4).map(Number)
const isMetastable = process.argv[4] === 'metastable'
const HURT_FROM_MS = 1_000
const REST_MS = 3_000
const HURT_FACTOR = 2

const random = new Random(1, 'queue')
const freeAtMs = new Float64Array(servers)
let hurtUntilMs = 0

/** Takes an arrival and says when its answer is due. */
function dueMs(nowMs: number): number {
  const server = freeAtMs.indexOf(Math.min(...freeAtMs))
  const begunMs = Math.max(nowMs, freeAtMs[server] as number)
  const isHurt = nowMs < hurtUntilMs
  if (isMetastable && (begunMs - nowMs > HURT_FROM_MS || (isHurt && begunMs > nowMs)))
    hurtUntilMs = nowMs + REST_MS
  const due = begunMs + random.exponential(serviceMs) * (isHurt ? HURT_FACTOR : 1)
  freeAtMs[server] = due
  return due
}

const server = createServer((_request, response) => {
  const nowMs = performance.now()
  setTimeout(() => response.end('ok'), Math.max(0, dueMs(nowMs) - nowMs))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
process.on('disconnect', () => process.exit())
