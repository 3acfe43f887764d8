/** A pool of workers through thousands of seeds of faults in virtual time: `npm run bench:cluster-sim -- 5000`. */
import { throughSeeds } from '../test/kit/world-faults.ts'

const seeds = Number(process.argv[2] ?? 5_000)
const first = Number(process.argv[3] ?? 1)
const startedMs = performance.now()
const outcomes = await throughSeeds(first, first + seeds - 1)
const cpu = process.cpuUsage()
console.log(
  `${seeds} seeds from ${first}: ${JSON.stringify(outcomes)}, every invariant kept; ${((cpu.user + cpu.system) / 1e6).toFixed(0)} CPU s, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
)
