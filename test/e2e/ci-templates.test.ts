/** The templates for pipelines in deploy/ci, run as a runner does. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import * as z from 'zod'
import { inWorkplace, MAIN, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const ci = new URL('../../deploy/ci/', import.meta.url).pathname

const lines = z.array(z.string())
/** The parts of a job of GitLab that this template uses. */
const job = z.object({
  variables: z.record(z.string(), z.string()),
  before_script: lines,
  script: lines.length(1),
  after_script: lines,
  artifacts: z.object({
    when: z.literal('always'),
    paths: lines,
    reports: z.strictObject({ junit: z.string(), metrics: z.string(), codequality: z.string() }),
  }),
})

/** A project with a scenario, and an `npx` that runs the command of this tree. */
function prepare(place: Workplace, wantedStatus: number): Record<string, string> {
  const scenario = {
    name: 'piped',
    target: { plugin: 'sandbox' },
    workload: { pattern: 'constant-rate', rate: '50/s', duration: '1s' },
    journeys: { main: { steps: [{ request: { path: '/items' }, expect: { status: wantedStatus } }] } },
  }
  place.write('scenario.json', JSON.stringify(scenario))
  mkdirSync(join(place.path, 'bin'))
  const npx = place.write(
    'bin/npx',
    `#!/bin/sh\n[ "$1" = proofload ] && shift\nexec '${process.execPath}' '${MAIN}' "$@" --no-history\n`,
  )
  chmodSync(join(place.path, npx), 0o755)
  return { PATH: `${join(place.path, 'bin')}:/usr/bin:/bin`, HOME: place.path, CI: 'true' }
}

function shell(place: Workplace, script: string, env: Record<string, string>) {
  return spawnSync('sh', ['-ec', script], { cwd: place.path, env, encoding: 'utf8' })
}

describe('The templates for pipelines', (test) => {
  // A machine too busy to measure makes either INCONCLUSIVE.
  for (const [outcome, answer, wanted] of [
    ['GO', 200, [0, 3]],
    ['NO-GO', 404, [1, 3]],
  ] as const)
    test(`of GitLab: a run that ends ${outcome} leaves all artifacts at their places`, () =>
      inWorkplace((place) => {
        const { '.proofload': template } = parse(readFileSync(join(ci, 'gitlab.yml'), 'utf8'))
        const { variables, script, after_script: after, artifacts } = job.parse(template)
        const env = { ...prepare(place, answer), ...variables, PROOFLOAD_SCENARIO: 'scenario.json' }

        const { status, stderr } = shell(place, script.join('\n'), env)
        assert.ok((wanted as readonly (number | null)[]).includes(status), `${status} ${stderr}`)
        assert.is(shell(place, after.join('\n'), env).status, 0)
        for (const file of [...artifacts.paths, ...Object.values(artifacts.reports)])
          assert.ok(existsSync(join(place.path, file)), file)
        return Promise.resolve()
      }))

  test('of a plain shell: it ends as the verdict does, and leaves what people open', () =>
    inWorkplace((place) => {
      const env = prepare(place, 404)
      const { status } = spawnSync('sh', [join(ci, 'run.sh'), 'scenario.json'], {
        cwd: place.path,
        env,
        encoding: 'utf8',
      })

      const verdict = JSON.parse(place.read('load-test/verdict.json'))
      assert.equal([status, verdict.outcome === 'GO'], [verdict.exitCode, false])
      for (const file of ['verdict.json', 'junit.xml', 'summary.md', 'report.html'])
        assert.ok(existsSync(join(place.path, 'load-test', file)), file)
      return Promise.resolve()
    }))

  test('of Jenkins call that script', () => {
    assert.match(readFileSync(join(ci, 'Jenkinsfile'), 'utf8'), 'sh deploy/ci/run.sh "$SCENARIO"')
  })
})
