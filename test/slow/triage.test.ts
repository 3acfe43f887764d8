import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { triageRecordSchema } from '../../harness/model/triage.ts'
import type { Faults } from '../../harness/targets/sandbox/faults.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { withSandbox } from '../kit/sandbox.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** Answers take so long that a busy machine adds little to them. */
const HEALTHY: Faults = { fixed: { ms: 500 } }
const BROKEN: Faults = { ...HEALTHY, slow: { factor: 6 } }

function inTriage(faults: Faults, body: (place: Workplace) => Promise<void>): Promise<void> {
  return withSandbox({ faults }, ({ url }) =>
    inWorkplace(async (place) => {
      const heal = `
        require('node:fs').appendFileSync('undone.txt', 'undone\\n')
        fetch('${url}/__faults', { method: 'PUT', body: '${JSON.stringify(HEALTHY)}' })
          .then((answer) => process.exit(answer.ok ? 0 : 1))`
      const scenario = {
        name: 'gate',
        target: { plugin: 'http', config: { url } },
        workload: { pattern: 'constant-rate', rate: '10/s', duration: '3s', agents: 60 },
        journeys: { ask: { steps: [{ request: { method: 'GET', path: '/items/42' } }] } },
        objectives: [{ expect: 'p50(response_time) < 1500ms', rollback: true }],
        rollback: {
          procedures: { default: { plugin: 'command', config: { argv: [process.execPath, '-e', heal] } } },
          validation: '3s',
          minRequests: 10,
        },
      }
      place.write('gate.json', JSON.stringify(scenario))
      await body(place)
      assert.match((await place.run('rollback', 'status')).stdout, /^the deploy lock is free/)
    }),
  )
}

async function triage(place: Workplace, ...flags: readonly string[]) {
  const { status, stdout, stderr } = await place.run(
    'triage',
    'gate.json',
    '--repeats',
    '2',
    '--json',
    ...flags,
  )
  if (!stdout.startsWith('{')) throw new Error(`no record (exit ${status}):\n${stderr}`)
  const record = triageRecordSchema.parse(JSON.parse(stdout))
  const stored = place.read(join('reports', 'gate', record.triageId, 'triage.json'))
  assert.equal(triageRecordSchema.parse(JSON.parse(stored)), record)
  return { status, record }
}

describe('proofload triage', (test) => {
  test('puts back what breaks again, and shows the gate open', () =>
    inTriage(BROKEN, async (place) => {
      const { status, record } = await triage(place, '--arm-rollback')
      assert.is(record.reproducedRatio, 1, record.message)
      assert.is(record.rollback?.outcome, 'succeeded')
      // On a busy machine the gate may say nothing about its target, but never NO-GO.
      const end = record.gate?.outcome === 'INCONCLUSIVE' ? [5, 'unsettled'] : [0, 'recovered']
      assert.equal([status, record.outcome], end, record.message)
      assert.is.not(record.gate?.outcome, 'NO_GO')
      assert.is(place.read('undone.txt'), 'undone\n')
    }))

  test('undoes nothing un-armed', () =>
    inTriage(BROKEN, async (place) => {
      const { status, record } = await triage(place)
      assert.equal([status, record.outcome, record.gate], [1, 'reproduced', null])
      assert.is(record.rollback?.outcome, 'not-armed')

      const { stdout } = await place.run('triage', 'gate.json', '--repeats', '1')
      assert.match(stdout, /undo\s[\s\S]*default: run [\s\S]*__faults/)
    }))

  test('lets objectives that may abort end its repeats, too', () =>
    inWorkplace(async (place) => {
      const server = await startHttpServer((_request, response) => {
        response.statusCode = 500
        response.end()
      })
      const scenario = {
        name: 'gate',
        target: { plugin: 'http', config: { url: server.url } },
        workload: { pattern: 'constant-agents', agents: 2, duration: '5m', think: '50ms' },
        journeys: { ask: { steps: [{ request: { path: '/' } }] } },
        objectives: [{ expect: 'error_ratio < 5%', window: '2s', abort: true }],
      }
      place.write('gate.json', JSON.stringify(scenario))
      const { status, record } = await triage(place)
      await server.close()

      assert.equal([status, record.outcome], [1, 'reproduced'], record.message)
      for (const { runId } of record.repeats)
        assert.is(JSON.parse(place.read(join('reports', 'gate', runId, 'run.json'))).status, 'aborted')
    }))

  test('leaves a system alone whose breach does not come back', () =>
    inTriage(HEALTHY, async (place) => {
      const { status, record } = await triage(place, '--arm-rollback')
      assert.equal([status, record.outcome, record.rollback], [0, 'not-reproduced', null], record.message)
      assert.is(record.repeats.length, 2)
    }))
})
