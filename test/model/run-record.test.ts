import * as assert from 'uvu/assert'
import { runRecordSchema } from '../../harness/model/run-record.ts'
import { aRecord } from '../kit/builders.ts'
import { entriesIn } from '../kit/hard-names.ts'
import { describe } from '../kit/suite.ts'
import { aHardNamesRun } from '../kit/verdicts.ts'

describe('A run record', (test) => {
  test('is refused where anything is missing', () => {
    const { slowest: _slowest, ...without } = aRecord({ okMs: [5] })

    assert.equal(
      runRecordSchema.safeParse(without).error?.issues.map(({ path }) => path),
      [['slowest']],
    )
  })

  test('keeps what probes gave, and that they gave nothing', () => {
    const probes = {
      db: null,
      gc: { cpuCores: null, rssBytes: null, cpuRatio: null, memoryRatio: null, value: 3 },
    }
    const record = aRecord({ okMs: [5], intervals: 1, interval: () => ({ probes }) })

    assert.equal(runRecordSchema.parse(JSON.parse(JSON.stringify(record))).intervals[0]?.probes, probes)
  })
})

describe('A run record, slow requests', (test) => {
  test('are read as they were written', () => {
    const request = {
      phase: 'steady',
      responseTimeMs: 90.5,
      serviceTimeMs: null,
      connectTimeMs: null,
      atMs: 1_000,
      agent: 3,
      status: null,
      errorKind: 'refused',
      traceId: '0123456789abcdef0003000000000001',
    }
    const record = aRecord({ okMs: [10], changes: { slowest: [{ step: 'step', requests: [request] }] } })

    assert.equal(runRecordSchema.parse(JSON.parse(JSON.stringify(record))).slowest, record.slowest)
  })

  test('keeps every name, whatever objects inherit, however often it is read', () => {
    const { record } = aHardNamesRun()
    const written = JSON.stringify(record)

    const once = JSON.stringify(runRecordSchema.parse(JSON.parse(written)))

    assert.equal(JSON.parse(once).intervals.length, record.intervals.length)
    for (const part of ['steps', 'errors', 'components', 'probes', 'regions'] as const)
      assert.equal(
        entriesIn(JSON.parse(once).intervals[0][part]),
        entriesIn(JSON.parse(written).intervals[0][part]),
      )
    assert.is(JSON.stringify(runRecordSchema.parse(JSON.parse(once))), once)
  })
})
