/** Killed runs, in short; `npm run bench:kill` does it a hundred times. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Random } from '../../../harness/base/random.ts'
import { type CliProcess, inWorkplace } from '../../kit/cli.ts'
import { journalOf, killAndRecover } from '../../kit/kills.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const random = new Random(3)

describe('A run that is killed', (test) => {
  for (const victim of ['process', 'process', 'thread'] as const) {
    const afterMs = Math.round(1_200 + random.float() * 1_500)
    test(`(${victim}, after ${afterMs} ms) is recovered but for the interval under way, and is never GO`, async () => {
      const { verdict, record, recorded, answered, ratePerSec } = await killAndRecover(victim, afterMs)

      assert.is(verdict.outcome, 'INCONCLUSIVE')
      const code = victim === 'process' ? 'RUN_PARTIAL' : 'LOST_SHARD'
      assert.ok(
        verdict.reasons.some((reason) => reason.code === code),
        JSON.stringify(verdict.reasons),
      )
      assert.is(record.status, victim === 'process' ? 'partial' : 'complete')
      // The look at the target is answered too; what is missing is at most the interval that was under way.
      assert.ok(recorded > 0 && recorded < answered, `${recorded} of ${answered}`)
      assert.ok(answered - recorded <= 2 * ratePerSec, `${recorded} of ${answered}`)
    })
  }

  test('is told apart from one that ended, and from what is no run', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('ok'))
      const { verdict } = await place.verdictOf(server.url, '--duration', '1s')
      await server.close()
      const ended = await place.run('recover', (verdict.files['record'] ?? '').replace('/run.json', ''))
      assert.is(ended.status, 2)
      assert.match(ended.stderr, /has a record already/)
      const nothing = await place.run('recover', 'nowhere')
      assert.is(nothing.status, 2)
      assert.match(nothing.stderr, /there is no journal/)
    }))
})

const TOKEN = 's3cr3tTOKENvalue123'

const withSecretInPath = (url: string) => `
import { constantAgents, defineScenario, http, secret } from 'proofload'
export default defineScenario({
  name: 'secrets',
  target: http({ url: '${url}', headers: { authorization: \`Bearer \${secret('MY_TOKEN')}\` } }),
  workload: constantAgents({ agents: 2, duration: '60s' }),
  journeys: { main: { async run({ target, agent }) {
    await target.get(\`/reset/\${process.env.MY_TOKEN}/x\`)
    await agent.think('20ms')
  } } },
})`

/** Every file below a folder that holds a text. */
const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text))

describe('A secret that code and server put into names', (test) => {
  test('is in no file, while the run goes on, when it was killed, and when it is recovered', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((request, response) => {
        response.setHeader('server-timing', `db-${TOKEN};dur=5`)
        response.end(request.url)
      })
      place.write('secrets.ts', withSecretInPath(server.url))
      const run = place.startWith({ MY_TOKEN: TOKEN }, 'run', 'secrets.ts', '--out', 'out', '--no-history')
      const folder = await killedAfter(run, join(place.path, 'out', 'secrets'), 2)
      await server.close()
      assert.equal(filesWith(place.path, TOKEN), [])

      const { status, stdout, stderr } = await place.run('recover', folder)

      assert.is(status, 3, stderr)
      assert.not.match(stdout + stderr, TOKEN)
      assert.equal(filesWith(place.path, TOKEN), [])
      const { summary } = JSON.parse(place.read(join(folder, 'verdict.json')))
      assert.equal(Object.keys(summary.steps), ['GET /reset/***/x'])
      assert.equal(Object.keys(summary.components), ['db-***'])
      assert.not.ok(readdirSync(folder).includes('journal.ndjson'), 'the record has what was in it')
    }))
})

describe('A secret that is an ordinary word', (test) => {
  test('does not destroy the record', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('ok'))
      const words = { A: 'ok', B: 'complete', C: 'errors', D: 'a', E: 'GO', F: '1' }
      const headers = Object.keys(words).map((name) => `x-${name}: "{{secret.${name}}}"`)
      place.write(
        'words.yaml',
        `name: words
target: { plugin: http, config: { url: "${server.url}", headers: { ${headers.join(', ')} } } }
workload: { pattern: constant-agents, agents: 1, duration: 1s }
journeys: { a: { steps: [ { request: { path: / } }, { think: 20ms } ] } }
objectives: ["error_ratio < 50%"]
`,
      )
      const { status, stdout, stderr } = await place.startWith(
        words,
        'run',
        'words.yaml',
        '--json',
        '--quiet',
      ).ended
      await server.close()

      const verdict = JSON.parse(stdout)
      assert.ok(status === 0 || status === 3, stderr)
      const judged = await place.run('judge', verdict.files.record, '--json')
      assert.equal([judged.status, JSON.parse(judged.stdout).outcome], [status, verdict.outcome])
    }))
})

/** Kills a run when its journal holds so many intervals; gives its folder. */
async function killedAfter(run: CliProcess, folder: string, seconds: number): Promise<string> {
  const path = await journalOf(folder, seconds)
  run.child.kill('SIGKILL')
  await run.ended
  return path
}

describe('A disk that is full in the middle of a run', (test) => {
  test('does not end it: the loss is reported, and the verdict is given', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => response.end('ok'))
      // Files may grow to 16 KiB: the journal soon may not.
      const small = ['sh', '-c', 'ulimit -f 32; exec "$@"', 'sh']
      const args = ['run', server.url, '--duration', '4s', '--no-history', '--json']
      const run = await place.startUnder(small, ...args).ended
      await server.close()

      assert.match(run.stderr, /the journal could not be written: .*; the run continues/)
      const verdict = JSON.parse(run.stdout)
      assert.ok(verdict.summary.requests > 0, run.stdout)
    }))
})
