import * as assert from 'uvu/assert'
import { withBuiltIn } from '../../harness/analysis/built-in-objectives.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { describe } from '../kit/suite.ts'

const STEPS = { login: null, journeys: [], targets: {} }
const CODE = { login: 'code', journeys: [], targets: {} } as const

function builtInBeside(...stated: readonly unknown[]): string[] {
  const { objectives, problems } = parseObjectives(stated, 'objectives')
  assert.equal(problems, [])
  return withBuiltIn(objectives, STEPS)
    .filter(({ builtIn }) => builtIn)
    .map(({ expect }) => expect)
}

const BOTH = ['error_ratio <= 1%', 'downtime_ratio <= 1%']

describe('Built-in objectives', (test) => {
  test('stand alone where nothing is stated, and beside objectives on times', () => {
    assert.equal(builtInBeside(), BOTH)
    assert.equal(builtInBeside('p95(response_time) < 2s', 'mean(service_time) < 1s'), BOTH)
    assert.equal(builtInBeside('share(response_time <= 100ms) >= 50%', 'rate(throughput) > 1/s'), BOTH)
  })

  test('are replaced by name, in whichever direction the author counts', () => {
    assert.equal(builtInBeside('error_ratio <= 60%'), ['downtime_ratio <= 1%'])
    assert.equal(builtInBeside('availability >= 50%'), ['downtime_ratio <= 1%'])
    assert.equal(builtInBeside('downtime_ratio <= 20%'), ['error_ratio <= 1%'])
  })

  test('stay beside objectives on part of the errors, of the steps or of the run', () => {
    assert.equal(builtInBeside('failed_ratio < 1%', 'timeout_ratio < 1%'), BOTH)
    assert.equal(builtInBeside('error_ratio{step=pay} < 1%'), BOTH)
    assert.equal(builtInBeside('max(error_ratio) < 1%'), BOTH)
  })

  test('hold code to its journeys, unless its author says how often it may fail', () => {
    const [own] = parseObjectives(['code_failed_ratio <= 10%'], 'objectives').objectives
    const ofCode = (stated: Parameters<typeof withBuiltIn>[0]) =>
      withBuiltIn(stated, CODE).map(({ expect }) => expect)

    assert.equal(ofCode([]), [...BOTH, 'code_failed_ratio <= 1%'])
    assert.equal(ofCode([own!]), ['code_failed_ratio <= 10%', ...BOTH])
  })

  test('let no message be lost where messages are consumed, unless its author says how many may', () => {
    const targets = {
      main: { plugin: 'nats', config: {}, channel: { mode: 'once', subscribers: 1 } },
    } as const
    const [own] = parseObjectives(['loss_ratio <= 2%'], 'objectives').objectives
    const beside = (stated: Parameters<typeof withBuiltIn>[0]) =>
      withBuiltIn(stated, { ...STEPS, targets }).map(({ expect, severity }) => `${expect} ${severity}`)

    assert.ok(beside([]).includes('loss_ratio <= 0% critical'))
    assert.equal(
      beside([own!]).filter((claim) => claim.startsWith('loss_ratio')),
      ['loss_ratio <= 2% major'],
    )
  })

  test('stay beside objectives that cannot fail the run', () => {
    assert.equal(builtInBeside({ expect: 'error_ratio < 1%', severity: 'warning' }), BOTH)
    assert.equal(builtInBeside({ expect: 'availability >= 99%', role: 'handler' }), BOTH)
  })
})
