import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const root = new URL('../..', import.meta.url).pathname

const workload = { pattern: 'constant-rate', rate: '20/s', duration: '2s' }
const write = (place: Workplace, document: object) =>
  place.write('scenario.json', JSON.stringify({ workload, warmUp: '0s', ...document }))

describe('A run against files', (test) => {
  test('has the times of every step, its calls, and a caution when the page cache answered', () =>
    inWorkplace(async (place) => {
      mkdirSync(join(place.path, 'files'))
      write(place, {
        name: 'files',
        target: { plugin: 'fs', config: { root: join(place.path, 'files'), lanes: 1 } },
        journeys: {
          files: {
            steps: [
              { step: 'write', request: { write: { path: 'a', bytes: '4KiB' }, verify: 'sha256' } },
              { step: 'read', request: { read: { path: 'a', bytes: '4KiB' }, verify: 'sha256' } },
              { step: 'list', request: { readdir: { path: '.' } }, expect: { count: { min: 1, max: 1 } } },
              { step: 'none', request: { stat: { path: 'b' } }, expect: { status: 'ENOENT' } },
            ],
          },
        },
        objectives: ['error_ratio < 1%'],
      })
      const { verdict, record } = await place.verdictOf('scenario.json', '--threads', '1')

      const { read, none } = verdict.summary.steps
      const reads = read?.measures['reads']?.total ?? 0
      assert.ok(reads > 0 && reads === read?.ok, JSON.stringify(read))
      assert.ok((none?.ok ?? 0) > 0, JSON.stringify(none))
      const components = new Set(
        record.cells.filter(({ step }) => step === 'write').map(({ component }) => component),
      )
      for (const name of ['open', 'write', 'close']) assert.ok(components.has(name), name)
      const cached = (read?.measures['cached_reads']?.total ?? 0) / reads
      const isTold = verdict.cautions.some(({ code }) => code === 'PAGE_CACHE')
      assert.is(isTold, cached > 0.2)
    }))
})

describe('A run against commands', (test) => {
  const document = {
    name: 'commands',
    target: { plugin: 'exec' },
    journeys: {
      run: {
        steps: [
          { step: 'say', request: { run: ['echo', '{{greeting.word}}'] }, extract: { said: 'regex:(.*)' } },
          { step: 'exit', request: { run: ['sh', '-c', 'exit $0', '3'] }, expect: { status: 3 } },
        ],
      },
    },
    data: { greeting: { rows: [{ word: 'hello' }] } },
    objectives: ['error_ratio < 1%'],
  }

  test('is blocked until they are allowed, and says how', () =>
    inWorkplace(async (place) => {
      write(place, document)
      const { status, stderr, stdout } = await place.run('run', 'scenario.json', '--allow-command', 'echo')

      assert.is(status, 4)
      assert.match(stderr + stdout, /would start the command sh .*not allowed/)
      assert.match(stderr + stdout, /--allow-command sh/)
    }))

  test('has their statuses and their CPU time', () =>
    inWorkplace(async (place) => {
      write(place, { ...document, allowCommands: ['echo', 'sh'] })
      const { verdict } = await place.verdictOf('scenario.json', '--threads', '1')

      const { say, exit } = verdict.summary.steps
      assert.ok((say?.ok ?? 0) > 0 && (exit?.ok ?? 0) > 0, JSON.stringify([say, exit]))
      assert.ok((say?.measures['child_cpu']?.count ?? 0) > 0)
    }))
})

describe('The examples', (test) => {
  for (const file of ['fs.ts', 'fs.yaml', 'exec.ts', 'exec.yaml'])
    test(`${file} is valid`, () =>
      inWorkplace(async (place) => {
        const { status, stdout, stderr } = await place.run('check', join(root, 'scenarios/examples', file))
        assert.is(status, 0, stdout + stderr)
      }))
})
