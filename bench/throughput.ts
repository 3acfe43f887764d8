/**
 * The harness beside autocannon: closed model, 50 keep-alive connections, one node:http server in a process of its own,
 * rounds in turn. Prints requests per second of both, raw values and the median ratio. `npm run bench`
 *
 * Both generators share the machine with the server, so only the ratio means something.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import autocannon from 'autocannon'
import { median } from 'simple-statistics'
import { inWorkplace } from '../test/kit/cli.ts'

const ROUNDS = 3
const SECONDS = 5
const SERVER =
  "require('node:http').createServer((_q,r)=>r.end('ok')).listen(0,'127.0.0.1',function(){console.log(this.address().port)})"

const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] })
const [line] = (await once(server.stdout, 'data')) as [Buffer]
const url = `http://127.0.0.1:${String(line).trim()}/`

const ours: number[] = []
const theirs: number[] = []
await inWorkplace(async (place) => {
  for (let round = 0; round < ROUNDS; round++) {
    const { verdict } = await place.verdictOf(
      url,
      '--agents',
      '50',
      '--duration',
      `${SECONDS + 1}s`,
      '--warm-up',
      '1s',
      '--threads',
      '1',
    )
    ours.push(verdict.summary.throughputPerSec)
    const result = await autocannon({ url, connections: 50, duration: SECONDS })
    theirs.push(result.requests.average)
  }
})
server.kill()

const shown = (values: readonly number[]) => values.map((value) => value.toFixed(0)).join(' ')
process.stdout.write(`proofload  requests/s: ${shown(ours)}\nautocannon requests/s: ${shown(theirs)}\n`)
process.stdout.write(
  `median ratio ${median(ours.map((value, i) => value / (theirs[i] as number))).toFixed(2)}\n`,
)
