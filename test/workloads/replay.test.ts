import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { parseInstantsCsv, replayPattern } from '../../harness/workloads/replay.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

function refuses(text: string, message: string): void {
  try {
    parseInstantsCsv(text, 'arrivals.csv')
  } catch (error) {
    assert.instance(error, HarnessError)
    assert.is((error as HarnessError).code, 'SCENARIO_INVALID')
    return assert.is((error as HarnessError).message, message)
  }
  assert.unreachable('the file was taken')
}

describe('replay', (test) => {
  test('ends with the second of its last instant and expects what was recorded in each', () => {
    const plan = resolved(replayPattern, { instantsMs: [0, 120, 950, 2_400] })
    const curve = compileCurve(plan.curve)

    assert.equal(plan.phases, [{ name: 'replay', startMs: 0, endMs: 3_000 }])
    assert.equal(
      [0, 1, 2].map((second) => curve.integral(second * 1_000, second * 1_000 + 1_000)),
      [3, 0, 1],
    )
    assert.equal([plan.model, plan.arrivals, plan.agents], ['open', 'replay', null])
  })

  test('starts an arrival at a full second inside the run', () => {
    assert.is(resolved(replayPattern, { instantsMs: [1_000] }).phases[0]?.endMs, 2_000)
  })

  test('takes equal instants, and refuses those out of order', () => {
    assert.ok(replayPattern.configSchema.safeParse({ instantsMs: [1, 1] }).success)
    assert.not.ok(replayPattern.configSchema.safeParse({ instantsMs: [2, 1] }).success)
    assert.not.ok(replayPattern.configSchema.safeParse({ instantsMs: [] }).success)
    assert.not.ok(replayPattern.configSchema.safeParse({ instantsMs: [-1, 1] }).success)
  })
})

describe('parseInstantsCsv', (test) => {
  test('reads seconds, units, comments, one header, further columns and Windows lines', () => {
    const text = '# recorded on Monday\r\nat,user\r\n0.25,anna\r\n\r\n300ms\r\n1m1s,ben\r\n'

    assert.equal(parseInstantsCsv(text, 'arrivals.csv'), [250, 300, 61_000])
  })

  test('names file and line of what it cannot read', () => {
    refuses('at\n0.1\nlater\n', "arrivals.csv:3: 'later' is not an instant")
    refuses('0.1\n-0.2\n', "arrivals.csv:2: '-0.2' is not an instant")
  })

  test('reads several requests of one second, and names file and line of one out of order', () => {
    assert.equal(parseInstantsCsv('1\n1\n2\n', 'arrivals.csv'), [1_000, 1_000, 2_000])
    refuses('1\n500ms\n', 'arrivals.csv:2: 500ms comes before the instant above it')
  })

  test('takes a recording of a day, and refuses seconds since 1970', () => {
    const instantsMs = parseInstantsCsv('0.1\n100000.4\n', 'arrivals.csv')
    const { curve } = resolved(replayPattern, { instantsMs })

    assert.is(compileCurve(curve).peak, 1)
    refuses('1700000000.1\n', 'arrivals.csv:1: 1700000000.1 is more than 14 days after run start')
  })

  test('takes one header line, not two', () => {
    refuses('at\nseconds\n0.1\n', "arrivals.csv:2: 'seconds' is not an instant")
  })

  test('refuses a file without instants', () => {
    refuses('# nothing\n', 'arrivals.csv:1: there is no instant in the file')
  })
})
