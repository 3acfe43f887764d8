import * as assert from 'uvu/assert'
import { workloadPatterns } from '../../harness/workloads/index.ts'
import { workloadContract } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

/** Settings of those patterns that have no defaults for all of theirs. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'constant-rate': { rate: '50/s', duration: '10s' },
  'constant-agents': { agents: 7, duration: '10s' },
  curve: { model: 'open', curve: { kind: 'ramp', from: 0, to: 50, durationMs: 10_000 } },
  stages: { stages: [{ to: '50/s', for: '10s' }] },
  replay: { instantsMs: [0, 120, 950, 2_400] },
}

for (const pattern of workloadPatterns.all) workloadContract(pattern, REQUIRED[pattern.name] ?? {})

describe('workloadPatterns', (test) => {
  test('has the nine patterns that every installation ships', () => {
    assert.equal(workloadPatterns.names, [
      'constant-rate',
      'constant-agents',
      'curve',
      'stages',
      'replay',
      'business-hours',
      'maintenance',
      'incident',
      'scale-test',
    ])
  })
})
