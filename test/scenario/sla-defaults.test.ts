import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { slaDefaults } from '../../harness/scenario/sla-defaults.ts'
import { describe } from '../kit/suite.ts'

describe('slaDefaults', (test) => {
  test('are eight objectives that parse, four of which ask for a rollback', () => {
    const { objectives, problems } = parseObjectives(slaDefaults(), 'objectives')
    assert.equal(problems, [])
    assert.equal(
      objectives.map(({ expect, severity, rollback, watch }) => [
        expect,
        severity,
        rollback,
        watch?.windowMs,
        watch?.graceMs,
      ]),
      [
        ['share(response_time <= 100ms) >= 99%', 'major', 'default', 10_000, 5_000],
        ['p99(response_time) <= 100ms', 'major', 'default', 10_000, 5_000],
        ['p95(response_time) <= 75ms', 'warning', null, 10_000, 5_000],
        ['availability >= 99.9%', 'critical', 'default', 10_000, 5_000],
        ['error_ratio <= 1%', 'major', null, 10_000, 5_000],
        ['throughput_kept >= 95%', 'major', null, null, 5_000],
        ['target_cpu_ratio <= 85%', 'warning', null, 10_000, 5_000],
        ['target_memory_ratio <= 90%', 'major', 'default', 10_000, 5_000],
      ],
    )
  })

  test('ask no more seconds of CPU and memory than a run of ten has', () => {
    const { objectives } = parseObjectives(slaDefaults(), 'objectives')
    const gauges = objectives.filter(({ metric }) => metric.startsWith('target_'))
    assert.equal(
      gauges.map(({ minSamples }) => minSamples),
      [5, 5],
    )
  })

  test('are changed and left out by name', () => {
    const changed = slaDefaults({
      p99: 'p99(response_time) <= 250ms',
      errors: { severity: 'critical', abort: true },
      targetCpu: false,
      targetMemory: false,
    })
    assert.is(changed.length, 6)
    assert.is(changed[1]?.expect, 'p99(response_time) <= 250ms')
    assert.is(changed[1]?.rollback, true)
    assert.equal(changed[4], {
      window: '10s',
      grace: '5s',
      minSamples: 20,
      expect: 'error_ratio <= 1%',
      severity: 'critical',
      abort: true,
    })
  })
})
