/**
 * Entry of one turn of autocannon, in its own process so that its CPU is counted separately. Latencies come from its `response`
 * event, whose times have fractions of a millisecond; its own summary rounds to whole ones.
 */
import createAutocannon from 'autocannon'
import { createSystemClock, sleep } from '../base/clock.ts'
import { DenseHistogram } from '../measure/dense-histogram.ts'
import { percentilesOf, type TurnFigures, type TurnRequest } from './turn.ts'

const { url, connections, seconds, warmUpSeconds } = JSON.parse(process.argv[2] ?? '') as TurnRequest
const clock = createSystemClock()
const histogram = new DenseHistogram()
let errors = 0
let measuring = false

const options = { url, connections, duration: warmUpSeconds + seconds + 1 }
const instance = createAutocannon(options, () => undefined)
instance.on('response', (_client, statusCode, _bytes, responseMs) => {
  if (!measuring) return
  histogram.record(Math.round(responseMs * 1000))
  if (statusCode >= 400) errors++
})
instance.on('reqError', () => {
  if (measuring) errors++
})

await sleep(clock, warmUpSeconds * 1000)
measuring = true
const before = process.cpuUsage()
const startedMs = clock.nowMs()
await sleep(clock, seconds * 1000)
const { user, system } = process.cpuUsage(before)
const times = histogram.sparse()
const elapsedS = (clock.nowMs() - startedMs) / 1000
const figures: TurnFigures = {
  requestsPerSec: times.count / elapsedS,
  cpuUsPerRequest: (user + system) / Math.max(1, times.count),
  errorCount: errors,
  ...percentilesOf(times),
}
process.send?.(figures, () => process.exit(0))
