import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openOutputs } from '../../../harness/app/run/outputs.ts'
import type { LastSecond } from '../../../harness/app/run/run-figures.ts'
import { SnapshotMerger } from '../../../harness/cluster/merge-snapshots.ts'
import type { OutputsPlan } from '../../../harness/model/plan.ts'
import { aPlan } from '../../kit/builders.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aLoadContext } from '../../kit/contexts.ts'
import { aBatch } from '../../kit/metric-batches.ts'
import { anEnd } from '../../kit/outputs-contract.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { aSnapshot, aStep, RESOURCES } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'
import { turnsOfTheLoop } from '../../kit/until.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const toFile = (changes: Partial<OutputsPlan> = {}): OutputsPlan => ({
  to: { file: { plugin: 'json', config: { file: 'points.ndjson', every: '1s' }, by: 'flag' } },
  labels: {},
  perRun: false,
  maxSeries: 2000,
  resolution: 3,
  componentsByStep: false,
  ...changes,
})

/** A clock whose calendar can be set. */
class SettableClock extends VirtualClock {
  shiftMs = 0

  override wallMs(): number {
    return super.wallMs() + this.shiftMs
  }
}

interface Point {
  readonly name: string
  readonly at: string
  readonly value: number
  readonly labels: Readonly<Record<string, string>>
}

/** Seconds of a run, and the points that are in the file in the end. */
async function pointsOf(
  plan: OutputsPlan,
  seconds: number,
  during: (second: number, clock: SettableClock) => void = () => undefined,
): Promise<{ readonly points: Point[]; readonly notes: string[] }> {
  return await withScratch(async (folder) => {
    const clock = new SettableClock()
    const notes: string[] = []
    const load = aLoadContext(folder, {
      host: { ...aCapturingHost([], folder), clock },
      note: (text) => notes.push(text),
      plan: aPlan({ durationMs: seconds * 1000 }),
    })
    const outputs = await openOutputs(load, plan, 'build-7')
    const merger = new SnapshotMerger()
    const told: LastSecond['totals'] = () => ({ ...merger.measured(load.plan), dispatch: merger.dispatch })
    for (let second = 0; second < seconds; second++) {
      await clock.advance(1000)
      during(second, clock)
      const snapshot = aSnapshot({ sequence: second, steps: [aStep({ ok: 1 })] })
      outputs.second({
        interval: merger.add([snapshot], 'steady', RESOURCES),
        snapshots: [snapshot],
        totals: told,
      })
      await clock.advance(0)
      await turnsOfTheLoop()
    }
    const ending = outputs.end()
    await clock.advance(0)
    await ending
    outputs.finish({ ...anEnd(aBatch()), files: {}, failures: [] })
    await outputs.close()
    const lines = readFileSync(join(folder, 'points.ndjson'), 'utf8').trimEnd().split('\n')
    return { points: lines.map((line) => JSON.parse(line) as Point), notes }
  })
}

describe('The outputs of a run', (test) => {
  test('have instants that rise though somebody sets the clock back by an hour', async () => {
    const { points } = await pointsOf(toFile(), 4, (second, clock) => {
      if (second === 2) clock.shiftMs = -3_600_000
    })

    const instants = points
      .filter(({ name }) => name === 'proofload_requests_total')
      .map(({ at }) => Date.parse(at))
    assert.is(instants.length, 6)
    assert.equal(
      instants,
      [...new Set(instants)].sort((a, b) => a - b),
    )
    assert.ok((instants.at(-1) as number) - (instants[0] as number) < 4_000)
  })

  test('tell the verdict once, with the last figures', async () => {
    const { points } = await pointsOf(toFile(), 2)

    assert.equal(points.filter(({ name }) => name === 'proofload_run_verdict').length, 1)
    assert.equal(
      points.filter(({ name }) => name === 'proofload_run_state').map(({ value }) => value),
      [2, 2, 3, 4],
    )
    assert.is(points.filter(({ name }) => name === 'proofload_requests_total').at(-1)?.value, 2)
  })

  test('have the labels of the author on every point, and the run only where that is asked for', async () => {
    const { points } = await pointsOf(toFile({ labels: { team: 'pay' } }), 1)
    assert.ok(points.every(({ labels }) => labels['team'] === 'pay' && labels['run'] === undefined))
    const info = points.find(({ name }) => name === 'proofload_run_info')
    assert.equal([info?.labels['run_id'], info?.labels['build']], ['run-1', 'build-7'])

    const each = await pointsOf(toFile({ perRun: true }), 1)
    assert.ok(each.points.every(({ labels }) => labels['run'] === 'run-1'))
    assert.match(each.notes.join('\n'), /outputs.perRun: every run makes these \d+ series anew/)
  })

  test('say before the load where figures go, how many series that is, and what is left out', async () => {
    const { notes } = await pointsOf(toFile({ maxSeries: 100, componentsByStep: true }), 1)
    assert.match(notes[0] ?? '', /^figures go to file \(json, points\.ndjson\): about \d+ series$/)
  })
})
