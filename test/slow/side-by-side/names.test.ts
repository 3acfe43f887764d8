/** Scenarios and servers whose names are those that objects inherit something under. */
import { readdirSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { byHardName, HARD_NAMES } from '../../kit/hard-names.ts'
import { journalOf } from '../../kit/kills.ts'
import { startHttpServer } from '../../kit/servers.ts'
import { describe } from '../../kit/suite.ts'

const each = (text: (name: string) => string, separator: string) => HARD_NAMES.map(text).join(separator)

/** Bears the names in its header, its cookies, its components and its body. */
const answer: RequestListener = (_request, response) => {
  for (const name of HARD_NAMES) response.setHeader(name, `header ${name}`)
  response.setHeader(
    'set-cookie',
    HARD_NAMES.map((name) => `${name}=1; Path=/`),
  )
  response.setHeader(
    'server-timing',
    each((name) => `${name};dur=5`, ', '),
  )
  response.end(JSON.stringify(byHardName((name) => `body ${name}`)))
}

/** One journey, step, target, feeder, column, variable, header, probe and channel of each name. */
const yamlOf = (url: string, duration: string) => `
name: __proto__
workload: { pattern: constant-agents, agents: 1, duration: ${duration} }
targets: { ${each((name) => `${name}: { plugin: http, config: { url: "${url}" } }`, ', ')} }
data: { ${each((name) => `${name}: { rows: [ { ${name}: row } ] }`, ', ')} }
probes: { ${each((name) => `${name}: { plugin: process, config: { pid: ${process.pid} } }`, ', ')} }
alerts: { channels: { ${each((name) => `${name}: { plugin: console }`, ', ')} } }
objectives: [ ${each((name) => `"p99(response_time{step=${name}}) < 60s", "p99(component_time{component=${name}}) < 60s", "probe_cpu{probe=${name}} < 999"`, ', ')} ]
journeys:
  valueOf:
    steps:
${each(
  (name) => `
      - request: { path: "/{{${name}.${name}}}", headers: { ${name}: "{{${name}.${name}}}" } }
        target: ${name}
        step: ${name}
        extract: { ${name}: "json:${name}" }
        expect: { header: { ${name}: header }, body: { json: { ${name}: body ${name} } } }
      - request: { path: "/{{${name}}}" }
        target: ${name}
        step: ${name}
      - think: 5ms`,
  '\n',
)}
`

const CODE = `import { constantAgents, defineScenario, http } from 'proofload'
const names = ${JSON.stringify(HARD_NAMES)}
const byName = (make) => Object.fromEntries(names.map((name) => [name, make(name)]))
export default defineScenario({
  name: 'constructor',
  target: http({ url: 'URL' }),
  workload: constantAgents({ agents: 1, duration: '2s' }),
  data: byName((name) => ({ rows: [{ [name]: 'row' }] })),
  journeys: byName((name) => ({
    async run({ target, agent, data }) {
      for (const other of names) {
        if (agent.vars[other] !== undefined && agent.vars[other] !== other) throw new Error('vars ' + other)
        agent.vars[other] = other
      }
      await target.get('/' + data[name][name], { step: name, headers: { [name]: 'x' } })
      await agent.think('5ms')
    },
  })),
  objectives: ['error_ratio < 1%'],
})
`

const JUDGED = [0, 1, 3]

async function inPlaceWithServer(body: (place: Workplace, url: string) => Promise<void>): Promise<void> {
  const server = await startHttpServer(answer)
  try {
    await inWorkplace((place) => body(place, server.url))
  } finally {
    await server.close()
  }
}

describe('Names that objects inherit', (test) => {
  test('of everything in a scenario, and from a server, come through to every report, judged as often as one likes', () =>
    inPlaceWithServer(async (place, url) => {
      place.write('names.yaml', yamlOf(url, '3s'))
      const reports = ['--report', 'html,png,csv,junit,sarif,openmetrics,markdown']

      const { verdict, record, status } = await place.verdictOf('names.yaml', '--no-history', ...reports)

      assert.ok(JUDGED.includes(status ?? 70), `${status}`)
      assert.equal(Object.keys(verdict.summary.steps).sort(), [...HARD_NAMES])
      assert.equal(Object.keys(verdict.summary.components).sort(), [...HARD_NAMES])
      assert.is(verdict.summary.errorRatio, 0)
      assert.equal(
        verdict.objectives.filter(({ observed }) => observed === null).map(({ expect }) => expect),
        [],
      )
      for (const interval of record.intervals)
        assert.equal(Object.keys(interval.probes).sort(), [...HARD_NAMES])
      for (const name of ['html', 'csv', 'markdown', 'openmetrics'])
        for (const step of HARD_NAMES)
          assert.ok(place.read(verdict.files[name] ?? '').includes(step), `${name} ${step}`)
      assert.ok(readdirSync(verdict.files['png'] ?? '').length > 0)
      const again = await place.run('judge', verdict.files['record'] ?? '', '--json')
      assert.equal(Object.keys(JSON.parse(again.stdout).summary.steps).sort(), [...HARD_NAMES])
      const csv = await place.run('report', verdict.files['record'] ?? '', '--as', 'csv')
      assert.is(csv.status, 0, csv.stderr)
      assert.is(csv.stdout, place.read(verdict.files['csv'] ?? ''))
    }))

  test('of the steps, rows and variables of code come through, and are remembered', () =>
    inPlaceWithServer(async (place, url) => {
      place.write('names.ts', CODE.replace('URL', url))
      const store = ['--store', join(place.path, 'history.db')]

      const { verdict, record, status } = await place.verdictOf('names.ts', ...store)

      assert.ok(JUDGED.includes(status ?? 70), `${status}`)
      assert.equal(
        record.shards.map(({ message }) => message),
        [null],
      )
      for (const step of Object.keys(verdict.summary.steps))
        assert.ok(HARD_NAMES.some((name) => name === step))
      assert.is(verdict.summary.errorRatio, 0)
      const listed = await place.run('history', 'export', ...store)
      assert.equal(Object.keys(JSON.parse(listed.stdout).summaries.componentSumUs).sort(), [...HARD_NAMES])
    }))

  test('are recovered from the journal of a run that was killed', () =>
    inPlaceWithServer(async (place, url) => {
      place.write('names.yaml', yamlOf(url, '60s'))
      const run = place.startProcess('run', 'names.yaml', '--no-history', '--out', 'out')
      const folder = await journalOf(join(place.path, 'out', '__proto__'), 2)
      run.child.kill('SIGKILL')
      await run.ended

      const { status, stderr } = await place.run('recover', folder)

      assert.is(status, 3, stderr)
      const { summary } = JSON.parse(place.read(join(folder, 'verdict.json')))
      assert.equal(Object.keys(summary.steps).sort(), [...HARD_NAMES])
      assert.equal(Object.keys(summary.components).sort(), [...HARD_NAMES])
    }))

  test('that nobody gave are refused before any load', () =>
    inPlaceWithServer(async (place, url) => {
      place.write('names.yaml', yamlOf(url, '3s'))
      for (const name of HARD_NAMES) {
        const { status, stderr } = await place.run('check', 'names.yaml', '--set', `${name}.x=1`)
        assert.is(status, 2)
        assert.match(stderr, `there is no key '${name}'`)
      }
    }))
})
