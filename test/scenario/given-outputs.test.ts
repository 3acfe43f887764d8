import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { outputsOfFlags } from '../../harness/scenario/given-outputs.ts'
import { hashLoad } from '../../harness/scenario/plan-hash.ts'
import { readProjectConfig } from '../../harness/scenario/project-config.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const DOCUMENT = {
  name: 'outputs',
  target: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } },
  workload: { pattern: 'constant-rate', rate: '1/s', duration: '10s' },
  journeys: { run: { steps: [{ request: { path: '/' } }] } },
}
const file = (name: string) => ({ plugin: 'json', config: { file: name } })

function errorOf(body: () => unknown): HarnessError {
  try {
    body()
  } catch (error) {
    if (error instanceof HarnessError) return error
  }
  throw new Error('it did not throw')
}

describe('Outputs beside those of a scenario', (test) => {
  test('win over it: a flag over proofload.config, that over the scenario', () => {
    const document = {
      ...DOCUMENT,
      outputs: { to: { a: file('1'), b: file('1'), json: file('1') }, labels: { team: 'a' } },
    }
    const byConfig = { to: { b: file('2'), json: file('2') }, labels: { team: 'b' }, perRun: true }
    const { outputs } = resolveScenario(
      document,
      { outputs: { byFlag: outputsOfFlags(['json=3']), byConfig } },
      1,
    )

    assert.equal(
      Object.entries(outputs?.to ?? {}).map(([name, { config, by }]) => [name, config['file'], by]),
      [
        ['a', '1', 'scenario'],
        ['b', '2', 'config'],
        ['json', '3', 'flag'],
      ],
    )
    assert.equal([outputs?.labels, outputs?.perRun, outputs?.maxSeries], [{ team: 'b' }, true, 2000])
  })

  test('change neither the hash of the load, nor a plan without any', () => {
    const without = resolveScenario(DOCUMENT, {}, 1)
    const withSome = resolveScenario(DOCUMENT, { outputs: { byFlag: outputsOfFlags(['prometheus']) } }, 1)

    assert.is(hashLoad(withSome), hashLoad(without))
    assert.is('outputs' in without, false)
  })

  test('are named by secrets that the run then needs', () => {
    const url = 'http://127.0.0.1:1/{{secret.KEY}}'
    const { secrets } = resolveScenario(
      DOCUMENT,
      { outputs: { byFlag: outputsOfFlags([`remote-write=${url}`]) } },
      1,
    )
    assert.equal(secrets, ['KEY'])
  })

  for (const [flag, said] of [
    ['prometeus', /there is no output named 'prometeus'/],
    ['remote-write', /--output remote-write: url is missing or wrong/],
    ['remote-write=ftp://127.0.0.1/', /url is missing or wrong/],
    ['statsd=nowhere', /address is missing or wrong/],
    ['json=', /file is missing or wrong/],
  ] as const)
    test(`are told what is wrong with --output ${flag}`, () => {
      assert.match(errorOf(() => outputsOfFlags([flag])).message, said)
    })

  test('have labels of their own, and none of ours', () => {
    const labels = { step: 'x' }
    const error = errorOf(() =>
      resolveScenario({ ...DOCUMENT, outputs: { to: { a: file('1') }, labels } }, {}, 1),
    )
    assert.match(error.problems[0]?.path ?? '', /outputs\.labels/)
  })
})

describe('proofload.config', (test) => {
  test('is read from YAML', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'proofload.config.yaml'), 'outputs: { to: { p: { plugin: prometheus } } }')
      const { outputs } = await readProjectConfig(folder)
      assert.equal(outputs?.to, { p: { plugin: 'prometheus', config: {} } })
    }))

  test('is nothing where there is none', () =>
    withScratch(async (folder) => assert.equal(await readProjectConfig(folder), {})))

  for (const [what, files, said] of [
    ['that there are two', { yaml: '{}', json: '{}' }, /several configurations: .*yaml, .*json/],
    ['what does not fit', { yaml: 'output: {}' }, /proofload.config.yaml is not valid/],
  ] as const)
    test(`says ${what}`, () =>
      withScratch(async (folder) => {
        for (const [end, text] of Object.entries(files))
          writeFileSync(join(folder, `proofload.config.${end}`), text)
        const error = await readProjectConfig(folder).catch((thrown: HarnessError) => thrown)
        assert.ok(error instanceof HarnessError)
        assert.is(error.code, 'CONFIG_INVALID')
        assert.match(error.message, said)
      }))
})
